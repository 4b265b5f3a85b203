package org.sobre.slurm.node;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * One GPU, or one partition of a GPU, in the order in which slurmd numbers them.
 *
 * @param position what {@code SLURM_JOB_GPUS} means by a number on this node
 * @param name {@code gpu}
 * @param type Slurm's type name
 * @param files every character device that Slurm opens to the job, at least one; several only for a
 *     MIG partition (MultipleFiles=)
 * @param cores Slurm's abstract core ids, absent where they are not stated
 * @param links Links=: lanes to the GPU at each position, -1 at its own; empty where not stated
 * @param shards how many {@code gres/shard} this GPU is split into; absent where it is not shared
 * @param device by which programs and the ledger select it: the GPU's UUID or the partition's
 * @param partition for a partition: whose, and what of it
 */
public record GresEntry(
    int position,
    String name,
    String type,
    List<Path> files,
    Optional<String> cores,
    List<Integer> links,
    OptionalInt shards,
    String device,
    Optional<Partition> partition) {

  /**
   * Which part of a board an entry is.
   *
   * @param board the device id of the whole GPU, which has the meters
   * @param profile {@code 3g.40gb}
   * @param memoryMebibytes of the partition's memory
   */
  public record Partition(String board, String profile, OptionalLong memoryMebibytes) {
    public Partition {
      requireNonNull(board, "board");
      requireNonNull(profile, "profile");
      requireNonNull(memoryMebibytes, "memoryMebibytes");
    }
  }

  public GresEntry {
    if (position < 0) {
      throw new IllegalArgumentException("gres position must be 0 or more, found " + position);
    }
    requireNonNull(name, "name");
    requireNonNull(type, "type");
    files = List.copyOf(files);
    if (files.isEmpty()) {
      throw new IllegalArgumentException("gres " + position + ": expected a device file");
    }
    requireNonNull(cores, "cores");
    links = List.copyOf(links);
    requireNonNull(shards, "shards");
    if (shards.isPresent() && shards.getAsInt() < 1) {
      throw new IllegalArgumentException("gres " + position + ": expected 1 or more shards");
    }
    requireNonNull(device, "device");
    requireNonNull(partition, "partition");
  }

  /** A whole GPU of one device file, neither shared nor linked. */
  public GresEntry(
      int position, String name, String type, Path file, Optional<String> cores, String device) {
    this(
        position,
        name,
        type,
        List.of(file),
        cores,
        List.of(),
        OptionalInt.empty(),
        device,
        Optional.empty());
  }

  /** The board's own device file. */
  public Path file() {
    return files.get(0);
  }

  /** The device that meters know: the board's of a partition, else its own. */
  public String board() {
    return partition.map(Partition::board).orElse(device);
  }
}
