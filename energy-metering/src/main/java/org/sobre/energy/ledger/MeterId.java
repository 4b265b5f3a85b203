package org.sobre.energy.ledger;

import static java.util.Objects.requireNonNull;

import java.util.Optional;

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

  /** What {@link #toString} gives; empty if it is no such name. */
  static Optional<MeterId> parse(String name) {
    int slash = name.indexOf('/');
    return slash < 0
        ? Optional.empty()
        : Part.ofJsonName(name.substring(0, slash))
            .map(part -> new MeterId(part, name.substring(slash + 1)));
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
