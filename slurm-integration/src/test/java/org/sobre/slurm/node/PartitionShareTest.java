package org.sobre.slurm.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sobre.hardware.gpu.GpuVendor;
import org.sobre.hardware.node.CpuTopology;
import org.sobre.hardware.units.MemorySize;
import org.sobre.hardware.units.PciAddress;

class PartitionShareTest {

  private static final long WHOLE = 1_000_000_000L;

  private record Part(long mebibytes, OptionalInt gpuInstance) {}

  private static List<Long> shares(long boardMebibytes, List<Part> parts) {
    List<PublishedPartition> published = new ArrayList<>();
    List<GresEntry> gres = new ArrayList<>();
    for (Part part : parts) {
      String id = "MIG-" + gres.size();
      OptionalLong memory =
          part.mebibytes() == 0 ? OptionalLong.empty() : OptionalLong.of(part.mebibytes());
      published.add(
          new PublishedPartition(Optional.of(id), Optional.of("p"), memory, part.gpuInstance()));
      gres.add(
          new GresEntry(
              gres.size(),
              "gpu",
              "t",
              List.of(Path.of("/dev/nvidia-caps/nvidia-cap" + gres.size())),
              Optional.empty(),
              List.of(),
              OptionalInt.empty(),
              id,
              Optional.of(new GresEntry.Partition("GPU-1", "p", memory))));
    }
    PublishedGpu board =
        new PublishedGpu(
            GpuVendor.NVIDIA,
            "m",
            Optional.of("GPU-1"),
            new PciAddress(0, 1, 0, 0),
            true,
            boardMebibytes == 0 ? OptionalLong.empty() : OptionalLong.of(boardMebibytes),
            true,
            published);
    NodeDocument node =
        new NodeDocument(
            "n",
            "b",
            "d",
            Optional.empty(),
            gres,
            List.of(board),
            List.of(),
            new CpuTopology("c", 1, 1, 1),
            MemorySize.ofMebibytes(1));
    return gres.stream().map(entry -> PartitionShare.billionths(entry, node)).toList();
  }

  private static Part mig(long mebibytes, int gpuInstance) {
    return new Part(mebibytes, OptionalInt.of(gpuInstance));
  }

  /** 3g.20gb and 2g.10gb of an A100 of 40 GB: what is left over is nobody's. */
  @Test
  void aPartitionHasItsShareOfTheBoardsMemory() {
    assertThat(shares(40_960, List.of(mig(20_480, 1), mig(10_240, 5))))
        .containsExactly(500_000_000L, 250_000_000L);
  }

  /** 1c.3g and 2c.3g of one GPU instance have one memory. */
  @Test
  void computeInstancesDivideTheMemoryOfTheirGpuInstance() {
    assertThat(shares(40_960, List.of(mig(20_480, 1), mig(20_480, 1), mig(20_480, 2))))
        .containsExactly(250_000_000L, 250_000_000L, 500_000_000L);
  }

  /** AMD's memory mode NPS1 lets each partition see all of it. */
  @Test
  void memoriesThatOverlapMakeNoMoreThanOneBoard() {
    Part all = new Part(196_592, OptionalInt.empty());
    assertThat(shares(196_592, List.of(all, all, all, all))).containsOnly(250_000_000L);
  }

  @Test
  void withoutMemoriesPartitionsAreEqual() {
    assertThat(shares(0, List.of(mig(0, 1), mig(20_480, 2), mig(20_480, 3))))
        .containsOnly(333_333_333L);
    assertThat(shares(0, List.of(mig(10_240, 1), mig(30_720, 2))))
        .containsExactly(250_000_000L, 750_000_000L);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void theSharesOfABoardAreNeverMoreThanIt(long seed) {
    Random random = new Random(seed);
    for (int i = 0; i < 500; i++) {
      List<Part> parts = new ArrayList<>();
      int count = 1 + random.nextInt(8);
      for (int part = 0; part < count; part++) {
        int instance = random.nextInt(4);
        parts.add(
            random.nextInt(4) == 0
                ? new Part(random.nextInt(99_999), OptionalInt.empty())
                : mig(20_480 + instance, instance));
      }
      List<Long> shares = shares(random.nextInt(200_000), parts);
      assertThat(shares).as("seed " + seed + " " + parts).allMatch(share -> share >= 1);
      assertThat(shares.stream().mapToLong(Long::longValue).sum())
          .as("seed " + seed + " " + parts)
          .isLessThanOrEqualTo(WHOLE);
    }
  }
}
