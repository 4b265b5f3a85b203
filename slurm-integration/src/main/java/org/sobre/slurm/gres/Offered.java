package org.sobre.slurm.gres;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.sobre.hardware.gpu.Gpu;
import org.sobre.hardware.gpu.GpuPartition;
import org.sobre.hardware.units.MemorySize;
import org.sobre.slurm.node.GresEntry;

/**
 * What one job can be given: a whole GPU, or one partition of a GPU.
 *
 * @param partition absent for the whole
 */
public record Offered(Gpu board, Optional<GpuPartition> partition) {

  /** {@code GRES_MAX_LINK} in Slurm's src/common/gres.h. */
  private static final int MOST_LANES = 1023;

  /**
   * @throws IllegalArgumentException if a job could not be given it: without device file, memory or
   *     identifier
   */
  public Offered {
    requireNonNull(board, "board");
    requireNonNull(partition, "partition");
    boolean usable =
        partition.isPresent()
            ? partition.get().whyNotOffered().isEmpty()
            : board.whyNotOffered(new MemorySize(0)).isEmpty();
    if (!usable) {
      throw new IllegalArgumentException("GPU " + board.pciAddress() + " cannot be offered");
    }
  }

  static Offered whole(Gpu gpu) {
    return new Offered(gpu, Optional.empty());
  }

  /** Slurm's type name. */
  String type() {
    return partition
        .flatMap(GpuPartition::profile)
        .map(profile -> TypeName.ofPartition(board.vendor(), board.model(), profile))
        .orElseGet(() -> TypeName.of(board.model()));
  }

  /** The character devices that a job needs, the board's first. */
  List<Path> files() {
    return partition.map(GpuPartition::devices).orElseGet(() -> board.device().stream().toList());
  }

  /** By which programs and the ledger know it. */
  String device() {
    return partition.flatMap(GpuPartition::id).or(board::uuid).orElseThrow();
  }

  /** What a job can use of the board's memory. */
  MemorySize memory() {
    return partition
        .map(GpuPartition::memoryTotal)
        .orElse(board.memoryTotal())
        .measured()
        .orElseThrow();
  }

  /**
   * Lanes to each of these, -1 to itself; only between whole GPUs: MIG partitions have no NVLink
   * (gpu_nvml.c), and Links= needs one File a line.
   */
  List<Integer> linksTo(List<Offered> all) {
    return all.stream()
        .map(
            other ->
                other.equals(this)
                    ? -1
                    : partition.isPresent() || other.partition.isPresent() ? 0 : lanes(other))
        .toList();
  }

  private int lanes(Offered other) {
    return Math.min(board.links().getOrDefault(other.board.pciAddress(), 0), MOST_LANES);
  }

  /** How many shards of this size a whole GPU has; absent for a partition, and below one. */
  OptionalInt shards(GresOptions options) {
    if (partition.isPresent() || options.shardMebibytes().isEmpty()) {
      return OptionalInt.empty();
    }
    long shards = memory().mebibytes() / options.shardMebibytes().getAsLong();
    return shards < 1 ? OptionalInt.empty() : OptionalInt.of(Math.toIntExact(shards));
  }

  /** Which part of which board this is. */
  Optional<GresEntry.Partition> part() {
    return partition.map(
        part ->
            new GresEntry.Partition(
                board.uuid().orElse(device()),
                part.profile().orElseThrow(),
                OptionalLong.of(memory().mebibytes())));
  }
}
