package org.sobre.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.sobre.energy.accrual.RunningJob;
import org.sobre.energy.accrual.WrapperProcess;
import org.sobre.energy.ledger.JobLine.BeginFrom;
import org.sobre.slurm.job.JobFacts;
import org.sobre.slurm.job.JobKey;
import org.sobre.slurm.job.cgroup.JobName;

class RunNamesTest {

  private static final String SLUID = "sEKNKTV3WPV500";

  @Test
  void aGroupIsTheLastStartOfItsJob() {
    RunNames names = RunNames.of(List.of(job(7, 2, Optional.empty()), job(7, 1, Optional.empty())));
    assertThat(names.run(JobName.ofId(7))).contains(new JobKey(7, 2));
    assertThat(names.run(JobName.ofId(8))).isEmpty();
  }

  @Test
  void itIsKnownByItsSluidToo() {
    RunNames names = RunNames.of(List.of(job(7, 0, Optional.of(SLUID))));
    assertThat(names.run(JobName.ofSluid(SLUID))).contains(new JobKey(7, 0));
    assertThat(names.run(JobName.ofId(7))).contains(new JobKey(7, 0));
    assertThat(names.run(JobName.ofSluid("sEKNKTV3WPV501"))).isEmpty();
  }

  @Test
  void aRunOfAStationIsNoJob() {
    RunningJob run =
        new RunningJob(
            job(4242, 0, Optional.empty()).facts(),
            List.of(),
            Optional.of(new WrapperProcess(4242, 1)),
            /* endNanos= */ OptionalLong.empty(),
            BeginFrom.WRAPPER,
            /* beginNanos= */ 1,
            OptionalLong.empty());
    assertThat(RunNames.of(List.of(run)).run(JobName.ofId(4242))).isEmpty();
  }

  private static RunningJob job(long id, int restart, Optional<String> sluid) {
    JobFacts facts =
        new JobFacts(
            new JobKey(id, restart),
            "alice",
            1_203,
            Optional.of("lab"),
            Optional.empty(),
            List.of(),
            4,
            sluid);
    return new RunningJob(
        facts,
        List.of(),
        Optional.empty(),
        /* endNanos= */ OptionalLong.empty(),
        BeginFrom.PROLOG,
        /* beginNanos= */ 1,
        OptionalLong.empty());
  }
}
