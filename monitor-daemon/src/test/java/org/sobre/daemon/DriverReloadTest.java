package org.sobre.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.sobre.energy.ledger.JobLine;
import org.sobre.energy.ledger.JobLine.HeldGpu;

/** A driver that comes anew may count its cards otherwise: the node is published anew then. */
@Timeout(60)
class DriverReloadTest {

  @TempDir Path directory;

  @Test
  void aJobKeepsTheDevicesThatItsPositionsWereWhenItBegan() throws Exception {
    WrittenNode node = new WrittenNode(directory);
    WrittenNode.Life life = node.daemon();
    node.begin("7.0", 100.5);
    life.seconds(10);
    node.publish("GPU-b", 1);
    life.seconds(5);
    node.end("7.0", 114.5);
    node.begin("8.0", 115.5);
    life.seconds(5);
    node.end("8.0", 119.5);
    life.seconds(8);
    life.stop();

    assertThat(node.findings()).isEmpty();
    List<JobLine> lines = node.lines();
    assertThat(lines).extracting(DriverReloadTest::device).containsExactly("GPU-a", "GPU-b");
    assertThat(lines.get(0).energy().get(0).energy().total().microjoules())
        .isEqualTo(1_400_000_000);
    assertThat(lines.get(1).energy().get(0).missing())
        .as("nothing reads the other card here")
        .contains("not-observed");
  }

  private static String device(JobLine line) {
    return line.held().gpus().stream().map(HeldGpu::device).findFirst().orElseThrow();
  }
}
