package org.sobre.energy.attribution;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.sobre.hardware.units.Energy;
import org.sobre.slurm.job.JobKey;

/**
 * Who pays for one GPU over one stretch of time in which nothing changes. The first of these that
 * is not empty, in equal parts: the jobs that have it for themselves; the owners of the processes
 * seen on it, each once whatever the number of its processes; the runs that may use it. Else the
 * platform.
 *
 * @param holders runs that hold it, of either kind: the meter was seen for them, whoever pays
 * @param runs that pay
 * @param uids that pay, for processes of no run
 */
record GpuSplit(
    long nanos, List<JobKey> holders, NavigableSet<JobKey> runs, NavigableSet<Integer> uids) {

  static GpuSplit of(
      String device, long from, long to, List<Holding> present, List<Presence> presences) {
    List<Holding> holding = present.stream().filter(one -> one.gpus().contains(device)).toList();
    List<JobKey> holders = holding.stream().map(Holding::job).toList();
    List<JobKey> exclusive = holding.stream().filter(Holding::exclusive).map(Holding::job).toList();
    if (!exclusive.isEmpty()) {
      return new GpuSplit(to - from, holders, new TreeSet<>(exclusive), new TreeSet<>());
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
    return new GpuSplit(to - from, holders, used ? runs : new TreeSet<>(holders), uids);
  }

  void give(Energy energy, Attribution.Shares shares) {
    int owners = runs.size() + uids.size();
    if (owners == 0) {
      shares.givePlatform(energy);
      return;
    }
    List<Energy> parts = equalParts(energy, owners);
    int next = 0;
    for (JobKey run : runs) {
      shares.give(run, parts.get(next), nanos);
      next++;
    }
    for (int uid : uids) {
      shares.giveOutside(uid, parts.get(next));
      next++;
    }
    Stream<JobKey> others = holders.stream().filter(holder -> !runs.contains(holder));
    others.forEach(holder -> shares.give(holder, Energy.ZERO, nanos));
  }

  /** As equal as whole microjoules can be; they sum to the whole. */
  private static List<Energy> equalParts(Energy energy, int count) {
    List<Energy> parts = new ArrayList<>();
    Energy given = Energy.ZERO;
    for (int i = 1; i <= count; i++) {
      Energy until = Attribution.fraction(energy, i, count);
      parts.add(until.minus(given));
      given = until;
    }
    return parts;
  }
}
