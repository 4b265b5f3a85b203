package org.sobre.accounting.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.sobre.energy.ledger.RunKey;
import org.sobre.slurm.job.JobKey;

final class JobIdentityTest {

  private static final long HOUR = 3_600_000;

  private static RunState run(long id, String node, long job, int restart, long begin, long end) {
    RunState run =
        new RunState(
            id,
            new RunKey("cbp", node, new JobKey(job, restart), Instant.ofEpochMilli(begin)),
            1000,
            new HourSums(RunState.WIDTH));
    run.restore(
        Optional.empty(),
        Optional.of(
            new RunEnd(
                "alice",
                Optional.empty(),
                end,
                end - begin,
                1,
                Optional.empty(),
                List.of(),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                List.of())),
        Long.MAX_VALUE,
        Long.MIN_VALUE);
    return run;
  }

  /** The numbers of the runs of each job. */
  private static List<List<Long>> jobs(RunState... runs) {
    return JobIdentity.jobs(List.of(runs)).stream()
        .map(job -> job.stream().map(RunState::id).toList())
        .toList();
  }

  @Test
  void severalNodesAndRequeuesAreOneJob() {
    assertThat(
            jobs(
                run(1, "n1", 7, 0, 0, HOUR),
                run(4, "n1", 7, 1, 5 * HOUR, 6 * HOUR),
                run(2, "n2", 7, 0, 1500, HOUR)))
        .containsExactly(List.of(1L, 2L, 4L));
  }

  /** Nothing but the prolog tells the restart count. */
  @Test
  void aRequeueWhosePrologWasMissedIsTheSameJob() {
    assertThat(
            jobs(
                run(1, "n1", 7, 0, 0, HOUR),
                run(2, "n1", 7, 0, 2 * HOUR, 3 * HOUR),
                run(3, "n1", 7, 2, 20 * HOUR, 21 * HOUR),
                run(4, "n2", 7, 0, 24 * HOUR, 25 * HOUR)))
        .containsExactly(List.of(1L, 2L, 3L, 4L));
  }

  @Test
  void anIdUsedAgainIsAnotherJob() {
    assertThat(
            jobs(
                run(1, "n1", 7, 0, 0, HOUR),
                run(2, "n1", 7, 0, 50 * HOUR, 51 * HOUR),
                run(3, "n2", 7, 0, 100 * HOUR, 101 * HOUR),
                run(4, "n2", 7, 1, 102 * HOUR, 103 * HOUR),
                run(5, "n3", 7, 0, 200 * HOUR, 201 * HOUR)))
        .containsExactly(List.of(1L), List.of(2L), List.of(3L, 4L), List.of(5L));
  }
}
