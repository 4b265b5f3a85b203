package org.sobre.accounting.slurm;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.sobre.accounting.store.CountedRun;
import org.sobre.accounting.store.RunDetails;
import org.sobre.energy.ledger.EnergyByQuality;
import org.sobre.slurm.job.JobKey;

/** What is said of a job in Slurm's accounting. */
class JobCommentTest {

  private static final Instant BEGIN = Instant.parse("2026-11-20T10:00:00Z");
  private static final long HOUR_MILLIS = 3_600_000;

  private static CountedRun run(
      String node, boolean hasEnded, EnergyByQuality energy, long observedMillis) {
    RunDetails run =
        new RunDetails(
            Optional.of("cbp"),
            node,
            new JobKey(7, 0),
            Optional.of("ann"),
            1000,
            Optional.of("lab"),
            Optional.empty(),
            BEGIN,
            hasEnded ? Optional.of(BEGIN.plusMillis(HOUR_MILLIS)) : Optional.empty(),
            HOUR_MILLIS,
            List.of(),
            List.of(),
            Optional.empty(),
            Optional.empty());
    return new CountedRun(run, energy, observedMillis, HOUR_MILLIS);
  }

  private static EnergyByQuality counter(long microjoules) {
    return EnergyByQuality.ofMicrojoules(microjoules, 0, 0);
  }

  @Test
  void itHasEnergyQualityAndCoverageInWordsThatSacctmgrLeavesAlone() {
    List<CountedRun> runs =
        List.of(
            run("n1", true, counter(3_600_000_000L), HOUR_MILLIS),
            run("n2", true, EnergyByQuality.ofMicrojoules(0, 1_800_000_000L, 0), HOUR_MILLIS / 2));
    String comment = JobComment.of(runs, 2).orElseThrow();
    assertThat(comment)
        .isEqualTo("sobre:wh=1.500 kwh=0.001500 quality=counter+sampled coverage=0.7500 nodes=2")
        .matches("[a-z0-9_=. :/+-]+")
        .satisfies(ours -> assertThat(JobComment.isOurs(ours)).isTrue());
  }

  @Test
  void nothingSeenIsNotNothingDrawn() {
    assertThat(JobComment.of(List.of(run("n1", true, counter(0), 0)), 1))
        .contains("sobre:energy=unknown coverage=0.0000 nodes=1");
    assertThat(JobComment.of(List.of(run("n1", true, counter(0), HOUR_MILLIS)), 1))
        .contains("sobre:wh=0.000 kwh=0.000000 coverage=1.0000 nodes=1");
  }

  @Test
  void itWaitsForTheLastNode() {
    List<CountedRun> runs = new ArrayList<>();
    assertThat(JobComment.of(runs, 1)).isEmpty();
    runs.add(run("n1", true, counter(5), 1));
    assertThat(JobComment.of(runs, 2)).isEmpty();
    runs.add(run("n2", false, counter(5), 1));
    assertThat(JobComment.of(runs, 2)).isEmpty();
  }
}
