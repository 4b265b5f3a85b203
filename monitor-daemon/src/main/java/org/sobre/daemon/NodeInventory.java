package org.sobre.daemon;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.sobre.energy.ledger.JobLine.HeldGpu;
import org.sobre.slurm.node.PublishedGpu;

/** What the daemon knows of the node it measures. May be unknown at first. */
interface NodeInventory {

  /** Whether something is known that was not before. Never waits. */
  boolean refresh();

  /** Logical processors; absent while they are not known. */
  OptionalInt cpus();

  /** The GPUs that can be metered, in PCI order; empty while they are not known. */
  Optional<List<PublishedGpu>> gpus();

  /**
   * The devices at some positions of Slurm's; empty while they cannot be told. A position that the
   * node does not have is left out, and said.
   */
  Optional<List<HeldGpu>> gpusAt(List<Integer> positions);

  /** A device that Slurm gives to jobs as a whole; empty for another, and while none is known. */
  default Optional<HeldGpu> wholeGpu(String device) {
    return Optional.empty();
  }

  /** Whether Slurm gives a device to one job at a time: a whole one of which it has no shards. */
  default boolean isForOneJob(String device) {
    return false;
  }
}
