package org.sobre.accounting.store;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.sobre.slurm.command.AccountedJob;

/**
 * When Slurm says that a job was on its nodes: one start of an id. Which runs of the ledger are of
 * it follows from times alone, for sacct of 22.05 tells no restart count. Pure.
 *
 * @param submitSeconds tells the starts of one id apart
 * @param startSeconds since 1970
 * @param endSeconds absent while it runs
 */
record SlurmStart(long submitSeconds, long startSeconds, Optional<Long> endSeconds) {

  private static final long MILLIS = 1_000;

  /** For clocks of node and controller that do not agree. */
  private static final long SLACK_SECONDS = RunDetails.SLACK.toSeconds();

  /** Those of these that have begun. */
  static List<SlurmStart> of(List<AccountedJob> jobs) {
    return jobs.stream().flatMap(job -> of(job).stream()).toList();
  }

  private static Optional<SlurmStart> of(AccountedJob job) {
    return job.start()
        .map(
            start ->
                new SlurmStart(
                    job.submit().getEpochSecond(),
                    start.getEpochSecond(),
                    job.end().map(Instant::getEpochSecond)));
  }

  /**
   * The nodes that told a run of each start.
   *
   * @param starts of one cluster and id
   * @param runs the ledger's of the same
   * @return by {@code submitSeconds}; a start that no node told of is not in it
   */
  static Map<Long, Set<String>> nodes(List<SlurmStart> starts, List<RunState> runs) {
    Map<Long, Set<String>> nodes = new HashMap<>();
    for (RunState run : runs) {
      nearest(starts, run.beginMillis())
          .ifPresent(
              start ->
                  nodes
                      .computeIfAbsent(start.submitSeconds, absent -> new HashSet<>())
                      .add(run.key().node()));
    }
    return nodes;
  }

  /**
   * Of the starts in whose time a run began, that which is nearest to its begin.
   *
   * @param beginMillis of the run
   */
  static Optional<SlurmStart> nearest(List<SlurmStart> starts, long beginMillis) {
    List<SlurmStart> possible = new ArrayList<>(starts);
    possible.removeIf(start -> !start.hasIn(Math.floorDiv(beginMillis, MILLIS)));
    return possible.stream()
        .min(
            Comparator.comparingLong(start -> Math.abs(beginMillis - start.startSeconds * MILLIS)));
  }

  private boolean hasIn(long second) {
    return second >= startSeconds - SLACK_SECONDS
        && (endSeconds.isEmpty() || second <= endSeconds.get() + SLACK_SECONDS);
  }
}
