package org.sobre.energy.accrual;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.sobre.slurm.job.JobKey;

/**
 * The last run of each of Slurm's jobs that has ended here, by the job's id, for as long as steps
 * of it may be left: they begin no other. Longer than its line waits, and than a daemon lives.
 */
public final class EndedRuns {

  /** So long at least, after its line was written. */
  public static final Duration REMEMBERED = Duration.ofSeconds(60);

  /**
   * @param job its id
   * @param endNanos of the node's uptime clock: steps that began by then are left of it
   */
  public record Ended(long job, long endNanos) {}

  /**
   * @param knownNanos when it was last among those whose line is not written
   */
  private record Known(long endNanos, long knownNanos) {

    Known later(Known other) {
      return new Known(Math.max(endNanos, other.endNanos), Math.max(knownNanos, other.knownNanos));
    }
  }

  private final Map<Long, Known> ended = new TreeMap<>();

  private boolean takenUp;

  EndedRuns() {}

  /** Remembered anew from the next look on: the daemon may have been away for long. */
  void takeUp(Checkpoint checkpoint) {
    takenUp = true;
    checkpoint
        .ended()
        .forEach(one -> ended.put(one.job(), new Known(one.endNanos(), checkpoint.nanos())));
  }

  List<Ended> all() {
    return ended.entrySet().stream()
        .map(one -> new Ended(one.getKey(), one.getValue().endNanos()))
        .toList();
  }

  /**
   * Those that have ended by now; forgets those of which nothing is left.
   *
   * @param sealed when those ended whose lines wait to be written
   * @param withSteps ids of the jobs of which a step is there
   */
  public void remember(
      List<RunningJob> running, Map<JobKey, Long> sealed, Set<Long> withSteps, long nowNanos) {
    if (takenUp) {
      takenUp = false;
      ended.replaceAll((job, known) -> new Known(known.endNanos(), nowNanos));
    }
    for (RunningJob run : running) {
      if (run.wrapper().isEmpty() && run.endNanos().isPresent()) {
        Known known = new Known(run.endNanos().getAsLong(), nowNanos);
        ended.merge(run.facts().key().id(), known, Known::later);
      }
    }
    sealed.forEach((job, end) -> ended.merge(job.id(), new Known(end, nowNanos), Known::later));
    ended
        .entrySet()
        .removeIf(
            one ->
                nowNanos - one.getValue().knownNanos() > REMEMBERED.toNanos()
                    && !withSteps.contains(one.getKey()));
  }

  /** Whether a step that began then is left of a run of this job. */
  public boolean isLeft(long job, long startNanos) {
    Known run = ended.get(job);
    return run != null && startNanos <= run.endNanos();
  }

  /** Whether a run of this job has ended just now. */
  public boolean has(long job) {
    return ended.containsKey(job);
  }
}
