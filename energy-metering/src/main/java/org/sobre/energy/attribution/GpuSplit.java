package org.sobre.energy.attribution;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.sobre.hardware.units.Energy;
import org.sobre.slurm.job.JobKey;

/**
 * Who pays for one board over one stretch of time in which nothing changes. The first of these that
 * is not empty: the jobs that have it, or parts of it, for themselves, each by its part; in equal
 * parts the owners of the processes seen on it, each once whatever the number of its processes; in
 * equal parts the runs that may use it. The platform takes what is nobody's.
 *
 * @param holders runs that hold it, of either kind: the meter was seen for them, whoever pays
 * @param runs that pay, each with its part
 * @param uids that pay one part each, for processes of no run
 * @param whole of which the parts are; not less than their sum
 */
record GpuSplit(
    long nanos,
    List<JobKey> holders,
    SortedMap<JobKey, Long> runs,
    NavigableSet<Integer> uids,
    long whole) {

  static GpuSplit of(
      String device, long from, long to, List<Holding> present, List<Presence> presences) {
    List<Holding> holding = present.stream().filter(one -> one.gpus().containsKey(device)).toList();
    List<JobKey> holders = holding.stream().map(Holding::job).toList();
    Map<JobKey, Long> exclusive = new HashMap<>();
    holding.stream()
        .filter(Holding::exclusive)
        .forEach(one -> exclusive.merge(one.job(), one.gpus().getOrDefault(device, 0L), Long::sum));
    if (!exclusive.isEmpty()) {
      return byParts(to - from, holders, exclusive);
    }
    Set<JobKey> running = present.stream().map(Holding::job).collect(Collectors.toSet());
    NavigableSet<JobKey> runs = new TreeSet<>();
    NavigableSet<Integer> uids = new TreeSet<>();
    for (Presence presence : presences) {
      if (presence.device().equals(device) && presence.covers(from, to)) {
        // What a run leaves behind when it ends is its user's.
        Optional<JobKey> run = presence.run().filter(running::contains);
        run.ifPresentOrElse(runs::add, () -> uids.add(presence.uid()));
      }
    }
    boolean used = !runs.isEmpty() || !uids.isEmpty();
    return equally(to - from, holders, used ? runs : new TreeSet<>(holders), uids);
  }

  /** Where more is held than there is, as where a site shares whole GPUs: by what each holds. */
  private static GpuSplit byParts(long nanos, List<JobKey> holders, Map<JobKey, Long> parts) {
    long held = parts.values().stream().mapToLong(Long::longValue).sum();
    return new GpuSplit(
        nanos,
        holders,
        new TreeMap<>(parts),
        new TreeSet<>(),
        Math.max(held, Holding.WHOLE_BILLIONTHS));
  }

  private static GpuSplit equally(
      long nanos, List<JobKey> holders, Set<JobKey> runs, NavigableSet<Integer> uids) {
    SortedMap<JobKey, Long> parts = new TreeMap<>();
    runs.forEach(run -> parts.put(run, 1L));
    return new GpuSplit(nanos, holders, parts, uids, (long) runs.size() + uids.size());
  }

  /** Differences of rounded-down cumulative parts: whole microjoules that sum to the whole. */
  void give(Energy energy, Attribution.Shares shares) {
    Energy given = Energy.ZERO;
    long parts = 0;
    for (Map.Entry<JobKey, Long> run : runs.entrySet()) {
      parts += run.getValue();
      Energy until = Attribution.fraction(energy, parts, whole);
      shares.give(run.getKey(), until.minus(given), nanos, run.getValue(), whole);
      given = until;
    }
    for (int uid : uids) {
      parts++;
      Energy until = Attribution.fraction(energy, parts, whole);
      shares.giveOutside(uid, until.minus(given));
      given = until;
    }
    shares.givePlatform(energy.minus(given));
    Stream<JobKey> others = holders.stream().filter(holder -> !runs.containsKey(holder));
    others.forEach(holder -> shares.give(holder, Energy.ZERO, nanos, 0, 1));
  }
}
