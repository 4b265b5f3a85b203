package org.sobre.cli.watch;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.OptionalLong;

/**
 * What went through this machine's disks and network interfaces since the look before.
 *
 * @param disks by name
 * @param networks by name
 */
public record Traffic(List<Flow> disks, List<Flow> networks) {

  /** Nothing is known. */
  public static final Traffic NONE = new Traffic(List.of(), List.of());

  /**
   * One device; a rate is absent at the first look, and where a counter was set back.
   *
   * @param in bytes a second: read, received
   * @param out bytes a second: written, sent
   */
  public record Flow(String device, OptionalLong in, OptionalLong out) {
    public Flow {
      requireNonNull(device, "device");
      requireNonNull(in, "in");
      requireNonNull(out, "out");
    }

    boolean isKnown() {
      return in.isPresent() || out.isPresent();
    }
  }

  public Traffic {
    disks = List.copyOf(disks);
    networks = List.copyOf(networks);
  }
}
