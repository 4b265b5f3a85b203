package org.sobre.slurm.node;

import java.math.BigInteger;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Which part of a board a partition is: by its share of the board's memory, the only measure that
 * the tools tell of every kind of partition. MIG compute instances of one GPU instance have the
 * same memory, so that is divided among them. The shares of a board's partitions sum to one at
 * most; what no partition covers is nobody's.
 */
public final class PartitionShare {

  /** The whole board. */
  public static final long WHOLE_BILLIONTHS = 1_000_000_000L;

  private PartitionShare() {}

  /**
   * Billionths of the board, rounded down, 1 at least; a whole GPU is all of it.
   *
   * @param node that has the entry
   */
  public static long billionths(GresEntry entry, NodeDocument node) {
    if (entry.partition().isEmpty()) {
      return WHOLE_BILLIONTHS;
    }
    Optional<PublishedGpu> board = node.gpuOf(entry.device());
    List<PublishedPartition> all = board.map(PublishedGpu::partitions).orElse(List.of());
    Optional<PublishedPartition> mine =
        all.stream().filter(part -> part.id().equals(Optional.of(entry.device()))).findFirst();
    if (mine.isEmpty()
        || all.stream().anyMatch(part -> part.memoryTotalMebibytes().orElse(0) < 1)) {
      return byCount(entry, node);
    }
    long ofBoard = board.map(gpu -> gpu.memoryTotalMebibytes().orElse(0)).orElse(0L);
    BigInteger whole = covered(all).max(BigInteger.valueOf(ofBoard));
    return Math.max(
        1,
        BigInteger.valueOf(mine.get().memoryTotalMebibytes().orElseThrow())
            .multiply(BigInteger.valueOf(WHOLE_BILLIONTHS))
            .divide(whole)
            .divide(BigInteger.valueOf(sharers(mine.get(), all)))
            .longValueExact());
  }

  /** Where a memory is not known: equal parts of those that are offered. */
  private static long byCount(GresEntry entry, NodeDocument node) {
    long count = node.gres().stream().filter(other -> other.board().equals(entry.board())).count();
    return WHOLE_BILLIONTHS / Math.max(1, count);
  }

  /** MiB of all partitions together; partitions that share a memory count it once. */
  private static BigInteger covered(List<PublishedPartition> all) {
    BigInteger covered = BigInteger.ZERO;
    Set<OptionalInt> counted = new HashSet<>();
    for (PublishedPartition part : all) {
      if (part.gpuInstance().isEmpty() || counted.add(part.gpuInstance())) {
        covered = covered.add(BigInteger.valueOf(part.memoryTotalMebibytes().orElse(0)));
      }
    }
    return covered;
  }

  /** How many partitions have the same memory, itself among them. */
  private static long sharers(PublishedPartition part, List<PublishedPartition> all) {
    return part.gpuInstance().isEmpty()
        ? 1
        : all.stream().filter(other -> other.gpuInstance().equals(part.gpuInstance())).count();
  }
}
