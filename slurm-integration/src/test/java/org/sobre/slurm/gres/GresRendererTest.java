package org.sobre.slurm.gres;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sobre.hardware.gpu.GpuVendor;
import org.sobre.hardware.node.CpuTopology;
import org.sobre.hardware.node.NodeDescription;
import org.sobre.hardware.node.NodeJson;
import org.sobre.hardware.units.MemorySize;

class GresRendererTest {

  @ParameterizedTest
  @ValueSource(strings = {"pair", "interleaved", "mixed-vendors", "amd", "cpu-only"})
  void writesTheGoldenTexts(String name) throws IOException {
    SlurmNode node = Nodes.slurmNode(named(name));
    Golden.assertMatches(name + ".gres.conf", GresRenderer.gresConf(node));
    Golden.assertMatches(name + ".slurmd.txt", GresRenderer.slurmdConf(node) + "\n");
    Golden.assertMatches(name + ".node.txt", GresRenderer.nodeLine(node));
    Golden.assertMatches(name + ".slurm.conf", GresRenderer.slurmConf(node));
    Golden.assertMatches(name + ".json", NodeJson.render(GresRenderer.document(node)));
  }

  private static NodeDescription named(String name) {
    return switch (name) {
      case "pair" -> Nodes.pair();
      case "interleaved" -> Nodes.interleaved();
      case "mixed-vendors" ->
          Nodes.with(
              Nodes.card(0, "NVIDIA GeForce RTX 4090", 24564, 0),
              Nodes.card(
                  1, GpuVendor.AMD, "Radeon RX 7900", 24560, "/dev/dri/renderD129", "rdna3", ""));
      case "amd" -> Nodes.with(Nodes.mi210(0, 128), Nodes.mi210(1, 129));
      default -> Nodes.with();
    };
  }

  @Test
  void positionsAreGroupedByTypeAndInPciOrderInside() {
    assertThat(Nodes.slurmNode(Nodes.interleaved()).gres().entries())
        .extracting(entry -> entry.position() + " " + entry.type() + " " + entry.file())
        .containsExactly(
            "0 nvidia_rtx_a5000 /dev/nvidia2",
            "1 nvidia_rtx_a5000 /dev/nvidia1",
            "2 nvidia_geforce_rtx_3080 /dev/nvidia0");
  }

  @Test
  void unlikeCoresAreToldAsCpusAlone() {
    SlurmNode node =
        new SlurmNode(
            "n1",
            new CpuTopology("hybrid", 1, 14, 20),
            MemorySize.ofMebibytes(100),
            Nodes.slurmNode(Nodes.with()).gres(),
            java.util.List.of());
    assertThat(GresRenderer.nodeLine(node)).isEqualTo("NodeName=n1 CPUs=20 RealMemory=100\n");
  }

  @Test
  void theDigestFollowsWhatSlurmIsTold() {
    String pair = GresRenderer.digest(Nodes.slurmNode(Nodes.pair()));
    assertThat(pair)
        .hasSize(64)
        .isEqualTo(GresRenderer.digest(Nodes.slurmNode(Nodes.pair())))
        .isNotEqualTo(GresRenderer.digest(Nodes.slurmNode(Nodes.interleaved())));
    SlurmNode otherFile =
        Nodes.slurmNode(
            Nodes.with(
                Nodes.card(0, "NVIDIA GeForce RTX 4090", 24564, 0),
                Nodes.card(1, "NVIDIA GeForce RTX 4090", 24564, 2)));
    assertThat(GresRenderer.digest(otherFile)).isNotEqualTo(pair);
  }
}
