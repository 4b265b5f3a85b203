package org.sobre.energy.attribution;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import org.sobre.energy.meter.Proportion;
import org.sobre.slurm.job.JobKey;

/**
 * Who pays for one board. The first of these that is not empty: the jobs that have it, or parts of
 * it, for themselves, each by its part; in equal parts the owners of the processes seen on it, each
 * once whatever the number of its processes; in equal parts the runs that may use it. The platform
 * takes what is nobody's.
 *
 * @param runs that pay, each with its part, in the order of their keys
 * @param uids that pay one part each, for processes of no run
 * @param whole of which the parts are; not less than their sum
 * @param others runs that hold it and pay nothing: the meter was seen for them too
 */
record GpuSplit(List<Part> runs, List<Integer> uids, long whole, List<JobKey> others)
    implements Division {

  GpuSplit {
    runs = List.copyOf(runs);
    uids = List.copyOf(uids);
    others = List.copyOf(others);
  }

  /**
   * @param present runs that are there all of the stretch
   * @param presences of processes that are on the board all of the stretch
   */
  static GpuSplit of(String device, List<Holding> present, List<Presence> presences) {
    List<Holding> holding = present.stream().filter(one -> one.gpus().containsKey(device)).toList();
    List<JobKey> holders = holding.stream().map(Holding::job).toList();
    SortedMap<JobKey, Long> exclusive = new TreeMap<>();
    holding.stream()
        .filter(Holding::exclusive)
        .forEach(one -> exclusive.merge(one.job(), one.gpus().getOrDefault(device, 0L), Long::sum));
    if (!exclusive.isEmpty()) {
      // Where more is held than there is, as where a site shares whole GPUs: by what each holds.
      long held = exclusive.values().stream().mapToLong(Long::longValue).sum();
      return byParts(exclusive, new TreeSet<>(), Math.max(held, Holding.WHOLE_BILLIONTHS), holders);
    }
    Set<JobKey> running = present.stream().map(Holding::job).collect(Collectors.toSet());
    SortedMap<JobKey, Long> users = new TreeMap<>();
    NavigableSet<Integer> uids = new TreeSet<>();
    for (Presence presence : presences) {
      // What a run leaves behind when it ends is its user's.
      Optional<JobKey> run = presence.run().filter(running::contains);
      run.ifPresentOrElse(job -> users.put(job, 1L), () -> uids.add(presence.uid()));
    }
    if (users.isEmpty() && uids.isEmpty()) {
      holders.forEach(holder -> users.put(holder, 1L));
    }
    return byParts(users, uids, (long) users.size() + uids.size(), holders);
  }

  private static GpuSplit byParts(
      SortedMap<JobKey, Long> parts, NavigableSet<Integer> uids, long whole, List<JobKey> holders) {
    List<Part> runs = new ArrayList<>();
    parts.forEach((job, part) -> runs.add(new Part(job, part)));
    List<JobKey> others = holders.stream().filter(holder -> !parts.containsKey(holder)).toList();
    return new GpuSplit(runs, List.copyOf(uids), whole, others);
  }

  /** Differences of rounded-down cumulative parts: whole microjoules that sum to the whole. */
  @Override
  public void give(long microjoules, long nanos, Recipients to) {
    long given = 0;
    long parts = 0;
    for (Part run : runs) {
      parts += run.parts();
      long until = Proportion.of(microjoules, parts, whole);
      run.give(until - given, nanos, whole, to);
      given = until;
    }
    for (int uid : uids) {
      parts++;
      long until = Proportion.of(microjoules, parts, whole);
      to.toUser(uid, until - given);
      given = until;
    }
    to.toPlatform(microjoules - given);
    for (JobKey other : others) {
      to.toRun(other, 0, nanos, 0);
    }
  }

  /** Of the time of a stretch, rounded down for each. */
  void giveTime(long nanos, BiConsumer<JobKey, BoardTime> to) {
    for (Part run : runs) {
      to.accept(run.job(), BoardTime.of(nanos, run.parts(), whole));
    }
  }
}
