package org.sobre.slurm.gres;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.sobre.hardware.gpu.Gpu;
import org.sobre.hardware.gpu.GpuVendor;
import org.sobre.slurm.node.GresEntry;

class VisibleDevicesFileTest {

  @Test
  void positionsGetTheWordsOfTheirCards() {
    SlurmNode node = Nodes.slurmNode(Nodes.interleaved());
    assertThat(VisibleDevicesFile.render(node.gres(), Nodes.interleaved().gpus()))
        .isEqualTo(
            """
            v=1
            0 nvidia GPU-00000000
            1 nvidia GPU-00000002
            2 nvidia GPU-00000001
            complete=1
            """);
  }

  /** A small display card is counted by AMD's runtime too, so the next has number 1. */
  @Test
  void amdCardsHaveTheirUniqueIdAndTheirNumberAmongAmds() {
    List<Gpu> gpus =
        List.of(
            Nodes.card(0, "NVIDIA GeForce RTX 4090", 24564, 0),
            Nodes.card(
                1, GpuVendor.AMD, "Radeon RX 550", 2048, "/dev/dri/renderD128", "polaris", ""),
            Nodes.mi210(2, 129));
    SlurmNode node = Nodes.slurmNode(Nodes.with(gpus.toArray(Gpu[]::new)));
    assertThat(VisibleDevicesFile.render(node.gres(), gpus))
        .isEqualTo(
            """
            v=1
            0 nvidia GPU-00000000
            1 amd GPU-0000000000000002 1
            complete=1
            """);
  }

  /** What is written here is read by a shell. */
  @Test
  void anIdThatIsNoWordIsNotWritten() {
    GresEntry odd =
        new GresEntry(0, "gpu", "a", Path.of("/dev/nvidia0"), Optional.empty(), "GPU-$(reboot)");
    NodeGres gres = new NodeGres(List.of(odd), Optional.of(GpuVendor.NVIDIA));
    assertThat(VisibleDevicesFile.render(gres, List.of())).contains("\n0 unknown -\n");
  }

  @Test
  void aNodeWithoutGpusHasNoLine() {
    assertThat(VisibleDevicesFile.render(Nodes.slurmNode(Nodes.with()).gres(), List.of()))
        .isEqualTo("v=1\ncomplete=1\n");
  }
}
