package org.sobre.slurm.node;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.sobre.hardware.gpu.GpuPartition;

/**
 * One partition of a GPU, whether Slurm is given it or not: an entry of {@code gpus[].partitions[]}
 * in node.json.
 *
 * @param id by which programs select it; absent where the tool did not tell
 * @param profile {@code 3g.40gb}
 * @param memoryTotalMebibytes of the memory it can use; MIG compute instances of one GPU instance
 *     have the same memory
 * @param gpuInstance MIG: the GPU instance it is in
 */
public record PublishedPartition(
    Optional<String> id,
    Optional<String> profile,
    OptionalLong memoryTotalMebibytes,
    OptionalInt gpuInstance) {

  public PublishedPartition {
    requireNonNull(id, "id");
    requireNonNull(profile, "profile");
    requireNonNull(memoryTotalMebibytes, "memoryTotalMebibytes");
    requireNonNull(gpuInstance, "gpuInstance");
  }

  /** As the partition would be published. */
  public static PublishedPartition of(GpuPartition partition) {
    return new PublishedPartition(
        partition.id(),
        partition.profile(),
        partition
            .memoryTotal()
            .match(total -> OptionalLong.of(total.mebibytes()), missing -> OptionalLong.empty()),
        partition.gpuInstance());
  }
}
