package org.sobre.accounting.store;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Which of the runs of an id are those of the job that had it last: Slurm's ids come round again,
 * and each cluster has its own. Pure.
 */
final class LastJob {

  private LastJob() {}

  /**
   * @param runs of one id
   * @param home the cluster that is meant if one of them is of it
   * @return by begin, then node
   */
  static List<RunDetails> of(List<RunDetails> runs, Optional<String> home) {
    List<RunDetails> newestFirst =
        ofOneCluster(runs, home).stream()
            .sorted(Comparator.comparing(RunDetails::begin).reversed())
            .toList();
    Optional<Instant> began =
        newestFirst.stream()
            .filter(run -> run.job().restart() == 0)
            .map(RunDetails::begin)
            .findFirst();
    List<RunDetails> ofLast = new ArrayList<>();
    for (RunDetails run : newestFirst) {
      boolean isLater =
          began.isEmpty() || !run.begin().isBefore(began.get().minus(RunDetails.SLACK));
      if (isLater || ofLast.stream().anyMatch(run::goesOnIn)) {
        ofLast.add(run);
      }
    }
    ofLast.sort(Comparator.comparing(RunDetails::begin).thenComparing(RunDetails::node));
    return List.copyOf(ofLast);
  }

  private static List<RunDetails> ofOneCluster(List<RunDetails> runs, Optional<String> home) {
    Optional<String> cluster =
        runs.stream().anyMatch(run -> run.cluster().equals(home))
            ? home
            : runs.stream()
                .max(Comparator.comparing(RunDetails::begin))
                .flatMap(RunDetails::cluster);
    return runs.stream().filter(run -> run.cluster().equals(cluster)).toList();
  }
}
