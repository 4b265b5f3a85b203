package org.sobre.slurm.gres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sobre.hardware.gpu.Gpu;
import org.sobre.hardware.gpu.GpuPartition;
import org.sobre.hardware.gpu.GpuVendor;
import org.sobre.hardware.gpu.Locality;
import org.sobre.hardware.units.MemorySize;
import org.sobre.hardware.units.PciAddress;
import org.sobre.hardware.units.Reading;
import org.sobre.slurm.command.SlurmRelease;
import org.sobre.slurm.node.GresEntry;

/** Boards split into partitions, GPUs split into shards, GPUs joined by links. */
class PartitionsTest {

  @ParameterizedTest
  @CsvSource({
    "NVIDIA, NVIDIA A100-SXM4-80GB, 3g.40gb, nvidia_a100_3g.40gb",
    "NVIDIA, NVIDIA A30, 1g.6gb, nvidia_a30_1g.6gb",
    "NVIDIA, NVIDIA H100 80GB HBM3, 1g.10gb+me, nvidia_h100_80gb_hbm3_1g.10gb_me",
    "NVIDIA, NVIDIA H200, 1c.3g.71gb, nvidia_h200_1c.3g.71gb",
    "AMD, AMD Instinct MI300X, cpx, amd_instinct_mi300x_cpx",
  })
  void aPartitionIsNamedAsAutoDetectDoes(
      GpuVendor vendor, String model, String profile, String type) {
    assertThat(TypeName.ofPartition(vendor, model, profile)).isEqualTo(type);
  }

  @Test
  void eachPartitionIsOneGresOfSeveralFilesAndTheBoardIsNotOffered() {
    SlurmNode node = node(GresOptions.NONE, a100());
    assertThat(GresRenderer.gresConf(node).lines().skip(1))
        .containsExactly(
            "Name=gpu Type=nvidia_a100_3g.40gb MultipleFiles=/dev/nvidia0,"
                + "/dev/nvidia-caps/nvidia-cap21,/dev/nvidia-caps/nvidia-cap22"
                + " Flags=nvidia_gpu_env",
            "Name=gpu Type=nvidia_a100_3g.40gb MultipleFiles=/dev/nvidia0,"
                + "/dev/nvidia-caps/nvidia-cap30,/dev/nvidia-caps/nvidia-cap31"
                + " Flags=nvidia_gpu_env");
    assertThat(GresRenderer.slurmdConf(node)).startsWith("Gres=gpu:nvidia_a100_3g.40gb:2 ");
    assertThat(node.gres().entries())
        .extracting(GresEntry::device, GresEntry::board)
        .containsExactly(tuple("MIG-1", "GPU-00000000"), tuple("MIG-2", "GPU-00000000"));
  }

  /** 81920 MiB of board, 40192 MiB of partition: no job gets 80 GB. */
  @Test
  void thePartitionsMemoryStandsInTheLadderNotTheBoards() {
    assertThat(node(GresOptions.NONE, a100()).features())
        .contains("vram_ge_40g", "vram_has_40g")
        .doesNotContain("vram_has_48g", "vram_has_80g", "vram_ge_80g");
  }

  @Test
  void aSplitBoardWithoutAUsablePartitionOffersNothing() {
    Gpu empty = Nodes.card(0, "NVIDIA A100-SXM4-80GB", 81920, 0).split(List.of());
    assertThat(node(GresOptions.NONE, empty).gres().entries()).isEmpty();
  }

  @Test
  void amdPartitionsAreGpusOfTheirRenderNodes() {
    Gpu board =
        Nodes.card(
                0,
                GpuVendor.AMD,
                "AMD Instinct MI300X",
                196_592,
                "/dev/dri/renderD128",
                "cdna3",
                "")
            .split(
                List.of(
                    partition("AMD-1/0", "cpx", 24_574, "/dev/dri/renderD128"),
                    partition("AMD-1/1", "cpx", 24_574, "/dev/dri/renderD129")));
    assertThat(GresRenderer.gresConf(node(GresOptions.NONE, board)).lines().skip(1))
        .containsExactly(
            "Name=gpu Type=amd_instinct_mi300x_cpx File=/dev/dri/renderD128 Flags=amd_gpu_env",
            "Name=gpu Type=amd_instinct_mi300x_cpx File=/dev/dri/renderD129 Flags=amd_gpu_env");
  }

  /** Seen with 22.05.8: each file of the partition becomes a GPU. */
  @Test
  void besideShardsPartitionsAreHeldBackFromSlurmsThatTakeThemApart() {
    for (String release : List.of("22.05.8", "23.02.6")) {
      Offer offer = offer(shards(1024, release), a100());
      assertThat(offer.devices()).isEmpty();
      assertThat(offer.heldBack())
          .hasSize(2)
          .allSatisfy(why -> assertThat(why).contains("of GPU 0000:10:00.0", "before 23.02.7"));
    }
    for (String release : List.of("23.02.7", "23.11.0", "24.11.1")) {
      assertThat(offer(shards(1024, release), a100()).devices()).hasSize(2);
    }
  }

  @Test
  void aShardIsAMebibyteCountOfAWholeGpu() {
    SlurmNode node =
        node(
            shards(1024, "24.05.1"),
            Nodes.card(0, "NVIDIA GeForce RTX 4090", 24_564, 0),
            Nodes.card(1, "NVIDIA GeForce GTX 1080", 8_191, 1),
            withIndex(2, a100()));
    assertThat(GresRenderer.gresConf(node))
        .contains("Name=shard Count=23 File=/dev/nvidia0\nName=shard Count=7 File=/dev/nvidia1\n");
    assertThat(GresRenderer.slurmdConf(node)).contains(",shard:30 Feature=");
    assertThat(GresRenderer.slurmConf(node))
        .contains("GresTypes=gpu,shard\n", "AccountingStorageTRES=gres/gpu,", ",gres/shard\n");
    assertThat(node.gres().entries())
        .extracting(GresEntry::shards)
        .containsExactly(
            OptionalInt.of(23), OptionalInt.of(7), OptionalInt.empty(), OptionalInt.empty());
  }

  @Test
  void linksStandByPositionNotByBusOrder() {
    Gpu a = Nodes.card(0, "A", 24_564, 0);
    Gpu b = Nodes.card(1, "B", 24_564, 1);
    Gpu c = Nodes.card(2, "A", 24_564, 2);
    SlurmNode node =
        node(
            GresOptions.NONE,
            linked(a, Map.of(b.pciAddress(), 4)),
            linked(b, Map.of(a.pciAddress(), 4)),
            c);
    assertThat(node.gres().entries())
        .extracting(entry -> entry.type() + " " + entry.links())
        .containsExactly("a [-1, 0, 4]", "a [0, -1, 0]", "b [4, 0, -1]");
    assertThat(GresRenderer.gresConf(node)).contains(" File=/dev/nvidia1 Links=4,0,-1 ");
  }

  @Test
  void linksToACardThatIsNotOfferedAreNotStated() {
    Gpu alone = linked(Nodes.card(0, "A", 24_564, 0), Map.of(new PciAddress(0, 0x77, 0, 0), 4));
    assertThat(node(GresOptions.NONE, alone, Nodes.card(1, "A", 24_564, 1)).gres().entries())
        .allSatisfy(entry -> assertThat(entry.links()).isEmpty());
  }

  private static Gpu linked(Gpu gpu, Map<PciAddress, Integer> links) {
    return gpu.placed(Locality.UNKNOWN, links);
  }

  private static GresOptions shards(long mebibytes, String release) {
    return new GresOptions(OptionalLong.of(mebibytes), SlurmRelease.parse(release));
  }

  private static Offer offer(GresOptions options, Gpu... gpus) {
    return Offer.of(List.of(gpus), Nodes.OFFER_FROM, options);
  }

  private static SlurmNode node(GresOptions options, Gpu... gpus) {
    return SlurmNode.of(Nodes.with(gpus), offer(options, gpus));
  }

  private static Gpu a100() {
    return Nodes.card(0, "NVIDIA A100-SXM4-80GB", 81_920, 0)
        .split(
            List.of(
                partition(
                    "MIG-1",
                    "3g.40gb",
                    40_192,
                    "/dev/nvidia0",
                    "/dev/nvidia-caps/nvidia-cap21",
                    "/dev/nvidia-caps/nvidia-cap22"),
                partition(
                    "MIG-2",
                    "3g.40gb",
                    40_192,
                    "/dev/nvidia0",
                    "/dev/nvidia-caps/nvidia-cap30",
                    "/dev/nvidia-caps/nvidia-cap31")));
  }

  /** The same board at another place, with the device file of that place. */
  private static Gpu withIndex(int index, Gpu gpu) {
    return Nodes.card(index, gpu.model(), 81_920, index)
        .split(
            gpu.partitions().stream()
                .map(
                    part ->
                        partition(
                            part.id().orElseThrow(),
                            part.profile().orElseThrow(),
                            40_192,
                            part.devices().stream().map(Path::toString).toArray(String[]::new)))
                .toList());
  }

  private static GpuPartition partition(
      String id, String profile, long mebibytes, String... devices) {
    MemorySize memory = MemorySize.ofMebibytes(mebibytes);
    return new GpuPartition(
        Optional.of(id),
        Optional.of(profile),
        Reading.of(memory),
        Reading.of(memory),
        List.of(devices).stream().map(Path::of).toList(),
        OptionalInt.empty(),
        OptionalInt.empty());
  }
}
