package org.sobre.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sobre.energy.ledger.JobLine;

/** The wall clock leaps while a job runs, through the loop and into the ledger. */
@Timeout(60)
class ClockSetBackTest {

  private static final long JOULE = 1_000_000;

  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(longs = {-60, 60, -61})
  void aJobCostsWhatItDrewWhateverTheClockDid(long minutes) throws Exception {
    WrittenNode node = new WrittenNode(directory);
    WrittenNode.Life life = node.daemon();
    life.seconds(4);
    life.untilWritten();
    node.begin("7.0", 104.5);
    life.seconds(10);
    node.clock.bootedAt = node.clock.bootedAt.plus(Duration.ofMinutes(minutes));
    life.seconds(10);
    node.end("7.0", 124.5);
    life.seconds(10);
    life.stop();

    assertThat(node.findings()).isEmpty();
    assertThat(node.lines()).hasSize(1);
    JobLine line = node.lines().get(0);
    assertThat(line.elapsedMillis()).isEqualTo(20_000);
    assertThat(line.energy().get(0).energy().total().microjoules()).isEqualTo(2_000 * JOULE);
    assertThat(line.energy().get(0).observedMillis()).isEqualTo(20_000);
  }

  @Test
  void aKillAroundTheLeapChangesNothingOfThat() throws Exception {
    WrittenNode node = new WrittenNode(directory);
    WrittenNode.Life first = node.daemon();
    first.seconds(4);
    first.untilWritten();
    node.begin("7.0", 104.5);
    first.seconds(10);
    first.kill();
    node.clock.bootedAt = node.clock.bootedAt.minus(Duration.ofHours(1));
    WrittenNode.Life second = node.daemon();
    second.seconds(10);
    node.end("7.0", 124.5);
    second.seconds(10);
    second.stop();

    assertThat(node.findings()).isEmpty();
    assertThat(node.lines())
        .singleElement()
        .satisfies(line -> assertThat(line.elapsedMillis()).isEqualTo(20_000));
  }
}
