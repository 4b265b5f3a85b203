package org.sobre.cli.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.sobre.accounting.store.RunDetails;
import org.sobre.cli.job.JobHint.Kind;

class JobHintTest {

  @Test
  void aJobThatUsesWhatItHoldsNeedsNone() {
    assertThat(of(new SomeRun().gpu("GPU-1", 500, 0.1))).isEmpty();
  }

  @Test
  void whatWasNotSeenComesFirst() {
    assertThat(of(new SomeRun().gpu("GPU-1", 500, 0.9).unseen("0", "no-permission")))
        .contains(new JobHint(Kind.COVERAGE, List.of(50, "no-permission")));
  }

  @Test
  void aGpuThatDidNothingIsCounted() {
    assertThat(of(new SomeRun().gpu("GPU-1", 500, 0.01).gpu("GPU-2", 50, 1)))
        .contains(new JobHint(Kind.UNUSED_GPUS, List.of(2, 1L)));
  }

  @Test
  void gpusThatAllWaitAreToldByTime() {
    assertThat(of(new SomeRun().gpu("GPU-1", 500, 0.6).gpu("GPU-2", 500, 0.7)))
        .contains(new JobHint(Kind.IDLE, List.of(65)));
  }

  @Test
  void ofHalfEmptyMemoryTheNextSmallerGpuWithRoomIsNamed() {
    assertThat(of(new SomeRun().gpu("GPU-1", 500, 0).vramPeak(10_000)))
        .contains(new JobHint(Kind.SMALLER_GPU, List.of(10.48576, 25.757220864, 12)));
    assertThat(of(new SomeRun().gpu("GPU-1", 500, 0).vramPeak(13_000))).isEmpty();
  }

  /** A plan that needs 5.4 GB, and then one of 2 GB would do: the plan would refuse it. */
  @Test
  void besideAPlanNoSmallerGpuIsNamed() {
    List<RunDetails> small = List.of(new SomeRun().gpu("GPU-1", 500, 0).vramPeak(1_000).on("n1"));
    assertThat(JobText.hint(small)).isPresent();
    assertThat(JobText.hintBesidePlan(small)).isEmpty();
    assertThat(JobText.hintBesidePlan(List.of(new SomeRun().gpu("GPU-1", 500, 0.6).on("n1"))))
        .isPresent();
  }

  @Test
  void aShortJobTellsNothingOfTheNext() {
    assertThat(of(new SomeRun().lasting(59_000).gpu("GPU-1", 1, 1).vramPeak(10))).isEmpty();
  }

  /** Its meters are seconds behind: 50 % of the first ones say nothing. */
  @Test
  void aJobThatHasJustBegunIsNotCalledUnseen() {
    assertThat(of(new SomeRun().lasting(5_000).gpu("GPU-1", 1, 0).unseen("0", "x").running()))
        .isEmpty();
    assertThat(of(new SomeRun().lasting(5_000).gpu("GPU-1", 1, 0).unseen("0", "x"))).isPresent();
  }

  @Test
  void severalNodesAreOneJob() {
    assertThat(
            JobHint.of(
                List.of(
                    new SomeRun().gpu("GPU-1", 500, 0).on("n1"),
                    new SomeRun().gpu("GPU-2", 50, 1).on("n2"))))
        .contains(new JobHint(Kind.UNUSED_GPUS, List.of(2, 1L)));
  }

  private static Optional<JobHint> of(SomeRun run) {
    return JobHint.of(List.of(run.on("n1")));
  }
}
