package org.sobre.cli.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.sobre.accounting.store.RunDetails;
import org.sobre.energy.ledger.Quality;
import org.sobre.hardware.json.JsonObject;
import org.sobre.hardware.json.JsonShapeException;
import org.sobre.slurm.job.JobKey;

class RunningRunsTest {

  /** As JobAnswersTest has it from the daemon. */
  private static final String ANSWER =
      "{\"v\":1,\"node\":\"n042\",\"runs\":[{\"job\":\"12345.0\",\"user\":\"alice\",\"uid\":1203,"
          + "\"account\":\"lab1\",\"begin\":\"2026-11-20T14:00:00Z\",\"elapsedSeconds\":60,"
          + "\"cpus\":4,\"gpus\":[{\"device\":\"GPU-5c1f\",\"type\":\"nvidia_l40s\","
          + "\"fraction\":1.0,\"memoryTotalMiB\":46068}],\"parts\":[{\"part\":\"gpu\","
          + "\"device\":\"GPU-5c1f\",\"joules\":{\"sampled\":1234},\"idleJoules\":7,"
          + "\"observedSeconds\":59},{\"part\":\"cpu-package\",\"device\":\"0\",\"joules\":{},"
          + "\"observedSeconds\":0,\"missing\":\"no-permission\"}],\"use\":{\"gpuBusyMs\":30000,"
          + "\"heldIdleMs\":29000,\"vramPeakMiB\":9000,\"powerPeakWatts\":231},"
          + "\"powerProfile\":{\"stepMs\":30000,\"watts\":[21,null]}}]}";

  @Test
  void aRunIsReadAsTheDaemonTellsIt() throws JsonShapeException {
    RunningRuns.Told told = RunningRuns.of(JsonObject.parse(ANSWER));
    assertThat(told.answered()).isTrue();
    assertThat(told.hasJustBegun()).isFalse();
    List<RunDetails> runs = told.runs();
    assertThat(runs)
        .singleElement()
        .satisfies(
            run -> {
              assertThat(run.node()).isEqualTo("n042");
              assertThat(run.job()).isEqualTo(new JobKey(12345, 0));
              assertThat(run.begin()).isEqualTo(Instant.parse("2026-11-20T14:00:00Z"));
              assertThat(run.end()).isEmpty();
              assertThat(run.gpus().get(0).memoryTotalMebibytes()).hasValue(46_068);
              assertThat(run.parts().get(0).energy().of(Quality.SAMPLED).microjoules())
                  .isEqualTo(1_234_000_000);
              assertThat(run.parts().get(0).idle().orElseThrow().microjoules())
                  .isEqualTo(7_000_000);
              assertThat(run.parts().get(1).missing()).contains("no-permission");
              assertThat(run.use().orElseThrow().powerPeakMilliwatts()).hasValue(231_000);
              assertThat(run.use().orElseThrow().busyPercentMean()).isEmpty();
              assertThat(run.power().orElseThrow()).hasToString("30000 ms: 21000 -");
            });
  }

  @Test
  void oneThatHasEndedAndOneThatHasJustBegunAreTold() throws JsonShapeException {
    assertThat(
            RunningRuns.of(
                    JsonObject.parse(
                        ANSWER.replace("\"elapsed", "\"end\":\"2026-11-20T14:01:00Z\",\"elapsed")))
                .runs())
        .singleElement()
        .satisfies(run -> assertThat(run.end()).contains(Instant.parse("2026-11-20T14:01:00Z")));
    assertThat(
            RunningRuns.of(
                JsonObject.parse("{\"v\":1,\"node\":\"n\",\"hasJustBegun\":true,\"runs\":[]}")))
        .isEqualTo(new RunningRuns.Told(List.of(), true, true));
  }

  @Test
  void anAnswerOfAnotherFormIsRefusedWithItsPlace() {
    assertThatThrownBy(
            () -> RunningRuns.of(JsonObject.parse(ANSWER.replace("2026-11-20T", "yesterday "))))
        .isInstanceOf(JsonShapeException.class);
    assertThatThrownBy(
            () ->
                RunningRuns.of(
                    JsonObject.parse(ANSWER.replace("\"stepMs\":30000", "\"stepMs\":0"))))
        .isInstanceOf(JsonShapeException.class)
        .hasMessageContaining("stepMs");
  }

  @Test
  void whereNoDaemonIsNothingRuns() {
    assertThat(RunningRuns.of(12345, List.of(Path.of("/nowhere/job.sock"))))
        .isEqualTo(new RunningRuns.Told(List.of(), false, false));
  }
}
