package org.sobre.energy.accrual;

import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.sobre.energy.attribution.HeldStretch;
import org.sobre.energy.attribution.Holding;
import org.sobre.energy.attribution.Holdings;
import org.sobre.energy.attribution.Presence;
import org.sobre.slurm.job.JobKey;

/** Who has begun and is not sealed, and whose the time of the node's boards was. */
final class Runs {

  private final SortedMap<JobKey, Run> runs = new TreeMap<>();

  /** Until when a board's time has been given to its holders; it is given once. */
  private final Map<String, Long> sharedUntil = new HashMap<>();

  private final long sharedFrom;

  /**
   * @param sharedFrom of the node's uptime clock: what was before is not shared here; a daemon
   *     before did that, or nobody
   */
  Runs(long sharedFrom) {
    this.sharedFrom = sharedFrom;
  }

  static Runs resumed(Checkpoint checkpoint) {
    Runs resumed = new Runs(checkpoint.nanos());
    for (Checkpoint.RunMark mark : checkpoint.runs()) {
      resumed.add(Run.resumed(mark, checkpoint.nanos()));
    }
    return resumed;
  }

  void add(Run run) {
    runs.put(run.key(), run);
  }

  void remove(Run run) {
    runs.remove(run.key());
  }

  boolean contains(JobKey job) {
    return runs.containsKey(job);
  }

  @Nullable Run get(JobKey job) {
    return runs.get(job);
  }

  Collection<Run> all() {
    return runs.values();
  }

  /** The first that ends by then. */
  Optional<Run> firstEnded(long untilNanos) {
    return runs.values().stream()
        .filter(run -> run.endNanos() <= untilNanos)
        .min(Comparator.comparing(Run::endNanos));
  }

  /**
   * @param nodeCpus logical processors of the node
   * @param presences of processes on GPUs
   */
  Holdings holdings(OptionalInt nodeCpus, List<Presence> presences) {
    return new Holdings(holdings(), nodeCpus, presences);
  }

  private List<Holding> holdings() {
    return runs.values().stream().map(Run::holding).toList();
  }

  /**
   * Gives the time of each board until then to those who held it. A run of which nobody knew has
   * the time in which nobody had the board, and none that others have been given.
   *
   * @param window is told what lies in it
   */
  void share(long untilNanos, Window window) {
    List<Holding> holdings = holdings();
    TreeSet<String> boards = new TreeSet<>();
    holdings.forEach(holding -> boards.addAll(holding.gpus().keySet()));
    for (String board : boards) {
      long from = sharedUntil.getOrDefault(board, sharedFrom);
      long inWindow = Math.min(Math.max(from, window.fromNanos()), untilNanos);
      for (HeldStretch stretch : HeldStretch.of(board, from, inWindow, holdings)) {
        give(board, stretch);
      }
      for (HeldStretch stretch : HeldStretch.of(board, inWindow, untilNanos, holdings)) {
        give(board, stretch);
        stretch.runs().forEach((job, time) -> window.add(run(job).payer(), board, time));
      }
    }
  }

  private void give(String board, HeldStretch stretch) {
    stretch.runs().forEach((job, time) -> run(job).add(board, time));
    sharedUntil.put(board, stretch.toNanos());
  }

  /** One that is here. */
  Run run(JobKey job) {
    return Optional.ofNullable(runs.get(job)).orElseThrow();
  }
}
