package org.sobre.slurm.node;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.Optional;

/**
 * One GPU in the order in which slurmd numbers them.
 *
 * @param position what {@code SLURM_JOB_GPUS} means by a number on this node
 * @param name {@code gpu}
 * @param type Slurm's type name
 * @param file the character device
 * @param cores Slurm's abstract core ids, absent where they are not stated
 * @param device the GPU's UUID
 */
public record GresEntry(
    int position, String name, String type, Path file, Optional<String> cores, String device) {

  public GresEntry {
    if (position < 0) {
      throw new IllegalArgumentException("gres position must be 0 or more, found " + position);
    }
    requireNonNull(name, "name");
    requireNonNull(type, "type");
    requireNonNull(file, "file");
    requireNonNull(cores, "cores");
    requireNonNull(device, "device");
  }
}
