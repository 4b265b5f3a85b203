package org.sobre.daemon;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.sobre.energy.accrual.Accrual;
import org.sobre.energy.accrual.RunningJob;
import org.sobre.energy.attribution.Presence;
import org.sobre.energy.ledger.JobLine.HeldGpu;
import org.sobre.slurm.job.JobKey;

/**
 * The GPUs of jobs that no prolog told of: a job holds those on which its processes are, unless
 * another job holds them. It is among those that want them then.
 */
final class GpuClaims {

  private final Predicate<JobKey> isUntold;

  /** Of each GPU that a job holds, which other jobs of these are on it, and since when. */
  private final Map<String, Map<JobKey, Long>> wanted = new HashMap<>();

  /**
   * @param isUntold of a job that is there: whether no prolog told of it
   */
  GpuClaims(Predicate<JobKey> isUntold) {
    this.isUntold = isUntold;
  }

  /**
   * Who is on which GPU.
   *
   * @param presences of now
   */
  void look(Accrual accrual, NodeInventory node, List<Presence> presences) {
    wanted.clear();
    List<RunningJob> open = accrual.running().stream().filter(run -> !run.ended()).toList();
    Set<JobKey> untold =
        open.stream().map(run -> run.facts().key()).filter(isUntold).collect(Collectors.toSet());
    Set<String> held =
        open.stream()
            .flatMap(run -> run.gpus().stream())
            .map(HeldGpu::device)
            .collect(Collectors.toSet());
    for (Presence presence : untold.isEmpty() ? List.<Presence>of() : presences) {
      String device = presence.device();
      Optional<JobKey> job = presence.run().filter(untold::contains);
      if (job.isEmpty() || presence.toNanos().isPresent()) {
        continue;
      }
      JobKey key = job.get();
      if (held.add(device)) {
        node.wholeGpu(device).ifPresent(gpu -> accrual.untold().hold(key, gpu));
      } else {
        wanted
            .computeIfAbsent(device, any -> new HashMap<>())
            .merge(key, presence.fromNanos(), Math::min);
      }
    }
  }

  /** Since when another of these jobs has a process on a GPU of this run's. */
  OptionalLong wantedSince(JobKey run, Set<String> devices) {
    return devices.stream()
        .flatMap(device -> wanted.getOrDefault(device, Map.of()).entrySet().stream())
        .filter(one -> !one.getKey().equals(run))
        .mapToLong(Map.Entry::getValue)
        .min();
  }
}
