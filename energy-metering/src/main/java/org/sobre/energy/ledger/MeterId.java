package org.sobre.energy.ledger;

import static java.util.Objects.requireNonNull;

/**
 * Which meter of a node.
 *
 * @param device GPU UUID; the package's number for a CPU
 */
public record MeterId(Part part, String device) implements Comparable<MeterId> {

  public MeterId {
    requireNonNull(part, "part");
    requireNonNull(device, "device");
  }

  @Override
  public int compareTo(MeterId other) {
    int byPart = part.compareTo(other.part);
    return byPart != 0 ? byPart : device.compareTo(other.device);
  }

  /** {@code gpu/GPU-5c1f…}, as {@code within} names a containing meter. */
  @Override
  public String toString() {
    return part.jsonName() + "/" + device;
  }
}
