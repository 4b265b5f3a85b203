package org.sobre.hardware.gpu;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import java.util.OptionalInt;
import org.sobre.hardware.units.CpuList;

/**
 * Where a PCI device sits in its machine.
 *
 * @param numaNode absent where the kernel says -1, as on machines of one node and on wrong firmware
 * @param localCpus logical processors near it, of sysfs's {@code local_cpulist}; absent where not
 *     told
 */
public record Locality(OptionalInt numaNode, Optional<CpuList> localCpus) {

  /** Nobody could tell. */
  public static final Locality UNKNOWN = new Locality(OptionalInt.empty(), Optional.empty());

  public Locality {
    requireNonNull(numaNode, "numaNode");
    requireNonNull(localCpus, "localCpus");
  }
}
