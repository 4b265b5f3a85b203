package org.sobre.slurm.cards;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import org.sobre.hardware.gpu.GpuVendor;

/**
 * Cards that a job asks Slurm for with the same words.
 *
 * @param type as in {@code --gres=gpu:TYPE:1}; empty for cards listed without one
 * @param vendor absent if nobody has said
 * @param computeCapability {@code 8.9}; NVIDIA only, absent if nobody has said
 * @param total all that Slurm knows, from 1
 * @param free those that nobody holds, on nodes that take one more job; from 0
 * @param mostOnOneNode how many the node with the most of them has, from 1
 * @param shardsPerCard into how many parts one is shared; 0 where it is not
 * @param feature by which their memory is asked for, beside the type; absent where their nodes have
 *     none for it
 * @param partition to name, as the cluster's default one does not have them
 */
public record CardClass(
    String type,
    CardMemory memory,
    Optional<GpuVendor> vendor,
    Optional<String> computeCapability,
    int total,
    int free,
    int mostOnOneNode,
    int shardsPerCard,
    Optional<String> feature,
    Optional<String> partition) {

  public CardClass {
    requireNonNull(type, "type");
    requireNonNull(memory, "memory");
    requireNonNull(vendor, "vendor");
    requireNonNull(computeCapability, "computeCapability");
    requireNonNull(feature, "feature");
    requireNonNull(partition, "partition");
    if (total < 1 || free < 0 || free > total || mostOnOneNode < 1 || shardsPerCard < 0) {
      throw new IllegalArgumentException(
          "expected cards, of which as many at most are free, found " + free + " of " + total);
    }
  }
}
