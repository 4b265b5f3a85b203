package org.sobre.jobs.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sobre.hardware.probe.ToolResult;

class TimeLeftTest {

  @ParameterizedTest
  @CsvSource({
    "1-02:03:04, P1DT2H3M4S",
    "02:03:04, PT2H3M4S",
    "2:03:04, PT2H3M4S",
    "3:04, PT3M4S",
    "0:00, PT0S"
  })
  void everyFormOfSqueue(String text, Duration expected) {
    assertThat(TimeLeft.parse(text)).hasValue(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"UNLIMITED", "INVALID", "NOT_SET", "", "7", "1:2", "x1:02"})
  void whatIsNoTimeIsNotKnown(String text) {
    assertThat(TimeLeft.parse(text)).isEmpty();
  }

  @Test
  void onlyOfAJobAndOnlyIfSomebodyAnswers() {
    FakeTools tools = new FakeTools();
    assertThat(left(tools, Map.of()).ask()).isEmpty();
    assertThat(left(tools, Map.of("SLURM_JOB_ID", "7; x")).ask()).isEmpty();
    assertThat(tools.asked).isEmpty();
    TimeLeft left = left(tools, Map.of("SLURM_JOB_ID", "7"));
    tools.exits(0, "7 1:00\n").exits(1, "7 1:00\n").ends(ToolResult.Ending.TIMED_OUT);
    assertThat(left.ask()).hasValue(Duration.ofMinutes(1));
    assertThat(left.ask()).isEmpty();
    assertThat(left.ask()).isEmpty();
    assertThat(tools.asked.get(0)).containsExactly("squeue", "-h", "-o", "%A %L", "-j", "7");
  }

  /** Its last element has the array's own id, by which squeue tells all of them. */
  @Test
  void ofAnArrayTheOwnElementsLine() {
    FakeTools tools = new FakeTools();
    Map<String, String> last =
        Map.of("SLURM_JOB_ID", "7", "SLURM_ARRAY_JOB_ID", "7", "SLURM_ARRAY_TASK_ID", "12");
    tools.exits(0, "9 5:00\n7 1:00\n71 6:00\n");
    assertThat(left(tools, last).ask()).hasValue(Duration.ofMinutes(1));
    assertThat(tools.asked.get(0)).endsWith("-j", "7_12");
  }

  private static TimeLeft left(FakeTools tools, Map<String, String> environment) {
    return new TimeLeft(new OwnJob(tools, environment));
  }
}
