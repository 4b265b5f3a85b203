package org.sobre.slurm.gres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sobre.hardware.gpu.Gpu;
import org.sobre.hardware.gpu.GpuVendor;
import org.sobre.hardware.node.NodeDescription;
import org.sobre.hardware.probe.CommonsExecToolRunner;
import org.sobre.hardware.probe.ToolResult;

/**
 * Gives our texts to a real {@code slurmd -G}, which reads them as at start-up and exits. Any
 * character device will do for a GPU: slurmd only looks at the file. {@code -Dsobre.require=slurm}
 * turns an absent slurmd into a failure.
 */
class SlurmdReadsGresTest {

  private static final Pattern LINE = Pattern.compile("Gres Name=gpu Type=(\\S+) .*File=(\\S+)");
  private static final Duration DEADLINE = Duration.ofSeconds(30);

  private final CommonsExecToolRunner tools = new CommonsExecToolRunner();

  @TempDir private Path directory;

  @BeforeEach
  void needsSlurmd() {
    boolean present = tools.run(List.of("slurmd", "-V"), DEADLINE).succeeded();
    if (List.of(System.getProperty("sobre.require", "").split(",", -1)).contains("slurm")) {
      assertThat(present).as("slurmd, required by -Dsobre.require").isTrue();
    }
    assumeTrue(present, "no slurmd on this machine");
  }

  @Test
  void inTheOrderOfOurPositions() throws IOException {
    assertReadAsPublished(
        Nodes.with(
            gpu(0, "NVIDIA RTX A5000", "/dev/zero"),
            gpu(1, "NVIDIA GeForce RTX 3080", "/dev/full"),
            gpu(2, "NVIDIA RTX A5000", "/dev/null")));
  }

  @Test
  void ofTwoVendors() throws IOException {
    assertReadAsPublished(
        Nodes.with(
            gpu(0, "NVIDIA GeForce RTX 4090", "/dev/zero"),
            Nodes.card(1, GpuVendor.AMD, "Radeon RX 7900", 24560, "/dev/null", "rdna3", "")));
  }

  @Test
  void ofAmdCards() throws IOException {
    assertReadAsPublished(
        Nodes.with(
            Nodes.card(0, GpuVendor.AMD, "AMD Instinct MI210", 65520, "/dev/zero", "cdna2", ""),
            Nodes.card(1, GpuVendor.AMD, "AMD Instinct MI210", 65520, "/dev/null", "cdna2", "")));
  }

  @Test
  void ofANodeWithoutGpus() throws IOException {
    assertReadAsPublished(Nodes.with());
  }

  /** The check that the others rely on: slurmd does die of what {@link NodeGres} refuses. */
  @Test
  void andDiesOfADoubledFile() throws IOException {
    SlurmNode node =
        Nodes.slurmNode(Nodes.with(gpu(0, "a", "/dev/zero"), gpu(1, "a", "/dev/null")));
    String doubled = GresRenderer.gresConf(node).replace("/dev/null", "/dev/zero");
    ToolResult result = slurmd(node, doubled);
    assertThat(result.succeeded()).isFalse();
    assertThat(result.stderr()).contains("duplicate device file name");
  }

  private void assertReadAsPublished(NodeDescription description) throws IOException {
    SlurmNode node = Nodes.slurmNode(description);
    ToolResult result = slurmd(node, GresRenderer.gresConf(node));
    assertThat(result.succeeded()).as(result.stderr()).isTrue();
    assertThat(result.stderr()).doesNotContain("fatal");
    List<String> read =
        LINE.matcher(result.stderr()).results().map(m -> m.group(1) + " " + m.group(2)).toList();
    assertThat(read)
        .containsExactlyElementsOf(
            node.gres().entries().stream().map(e -> e.type() + " " + e.file()).toList());
  }

  private ToolResult slurmd(SlurmNode node, String gresConf) throws IOException {
    Path conf = directory.resolve("slurm.conf");
    Files.writeString(directory.resolve("gres.conf"), gresConf);
    Files.writeString(
        conf,
        """
        ClusterName=test
        SlurmctldHost=localhost
        SlurmUser=root
        GresTypes=gpu
        SlurmdSpoolDir=%1$s
        SlurmdPidFile=%1$s/pid
        %2$s"""
            .formatted(directory, GresRenderer.nodeLine(node)));
    return tools.run(List.of("slurmd", "-G", "-N", node.node(), "-f", conf.toString()), DEADLINE);
  }

  private static Gpu gpu(int index, String model, String device) {
    return Nodes.card(index, GpuVendor.NVIDIA, model, 24564, device, "ampere", "8.6");
  }
}
