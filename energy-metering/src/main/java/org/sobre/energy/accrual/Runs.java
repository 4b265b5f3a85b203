package org.sobre.energy.accrual;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.sobre.energy.attribution.BoardTime;
import org.sobre.energy.attribution.Holding;
import org.sobre.energy.attribution.Timeline;
import org.sobre.slurm.job.JobKey;

/** Who has begun and is not sealed, and whose the time of the node's boards was. */
final class Runs {

  /** Some 5 MiB of the daemon's heap of 32. */
  static final int MOST_ENDED = 500;

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

  /** Those of one job, start by start. */
  Collection<Run> ofJob(long id) {
    return runs.subMap(JobKey.firstOf(id), JobKey.firstOf(id + 1)).values();
  }

  /** Only where no line can be sealed. */
  boolean haveManyEnded() {
    return runs.values().stream().filter(Run::hasEnded).count() >= MOST_ENDED;
  }

  /** The first that ends by then. */
  Optional<Run> firstEnded(long untilNanos) {
    return runs.values().stream()
        .filter(run -> run.endNanos() <= untilNanos)
        .min(Comparator.comparing(Run::endNanos));
  }

  /** What they have, in the order of their keys. */
  List<Holding> holdings() {
    List<Holding> holdings = new ArrayList<>(runs.size());
    runs.values().forEach(run -> holdings.add(run.holding()));
    return holdings;
  }

  /**
   * Gives the time of each board until then to those who held it. A run of which nobody knew has
   * the time in which nobody had the board, and none that others have been given.
   *
   * @param window is told what lies in it
   * @param timeline of these runs
   */
  void share(long untilNanos, Window window, Timeline timeline) {
    for (String board : timeline.owned()) {
      long from = sharedUntil.getOrDefault(board, sharedFrom);
      long inWindow = Math.min(Math.max(from, window.fromNanos()), untilNanos);
      long before =
          timeline.giveTime(
              board, from, inWindow, (job, time) -> run(job).holder().add(board, time));
      long within =
          timeline.giveTime(
              board, inWindow, untilNanos, (job, time) -> give(run(job), board, time, window));
      if (within > inWindow || before > from) {
        sharedUntil.put(board, within > inWindow ? within : before);
      }
    }
  }

  private static void give(Run run, String board, BoardTime time, Window window) {
    run.holder().add(board, time);
    window.add(run.payer(), board, time);
  }

  /** One that is here. */
  Run run(JobKey job) {
    Run run = runs.get(job);
    if (run == null) {
      throw new NoSuchElementException("no run of job " + job + " is here");
    }
    return run;
  }
}
