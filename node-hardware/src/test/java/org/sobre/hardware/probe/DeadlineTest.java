package org.sobre.hardware.probe;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sobre.hardware.probe.ToolResult.Ending;

class DeadlineTest {

  private final List<Duration> allowed = new ArrayList<>();
  private long nanos;

  @Test
  void aWaitTakesItsOwnLengthOrWhatIsLeft() {
    Deadline deadline = Deadline.in(Duration.ofSeconds(10), () -> nanos);
    assertThat(deadline.atMost(Duration.ofSeconds(3))).isEqualTo(Duration.ofSeconds(3));
    nanos += Duration.ofSeconds(8).toNanos();
    assertThat(deadline.atMost(Duration.ofSeconds(3))).isEqualTo(Duration.ofSeconds(2));
    assertThat(deadline.earlierBy(Duration.ofMillis(500)).left())
        .isEqualTo(Duration.ofMillis(1500));
    nanos += Duration.ofSeconds(8).toNanos();
    assertThat(deadline.left()).isZero();
    assertThat(deadline.atMost(Duration.ofSeconds(3))).isZero();
  }

  /** Whatever they would take by themselves, tools that all hang are over at the deadline. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void toolsOneAfterAnotherTakeNoLongerThanTheDeadline(long seed) {
    Random random = new Random(seed);
    Deadline deadline = Deadline.in(Duration.ofSeconds(27), () -> nanos);
    ToolRunner bounded = deadline.bounding(this::hanging);
    for (int call = 0; call < 20; call++) {
      ToolResult result =
          bounded.run(List.of("tool"), Duration.ofMillis(500 + random.nextInt(10_000)));
      assertThat(result.ending()).as("seed %d", seed).isEqualTo(Ending.TIMED_OUT);
    }
    assertThat(Duration.ofNanos(nanos)).as("seed %d", seed).isEqualTo(Duration.ofSeconds(27));
    assertThat(allowed).as("none is started when time is up").doesNotContain(Duration.ZERO);
  }

  private ToolResult hanging(
      List<String> command, Map<String, String> environment, Duration deadline) {
    allowed.add(deadline);
    nanos += deadline.toNanos();
    return new FakeToolRunner().ends(Ending.TIMED_OUT, "tool").run(command, environment, deadline);
  }
}
