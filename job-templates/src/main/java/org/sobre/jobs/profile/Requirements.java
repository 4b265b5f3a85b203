package org.sobre.jobs.profile;

import java.util.List;
import java.util.Optional;
import org.sobre.hardware.gpu.GpuVendor;

/**
 * What a device must be, apart from its memory.
 *
 * @param vendors any of them; empty means any at all
 * @param minComputeCapability NVIDIA's, as 8.0
 * @param minDriver NVIDIA's driver, compared number by number
 */
public record Requirements(
    List<GpuVendor> vendors,
    Optional<Version> minComputeCapability,
    Optional<Version> minDriver,
    List<Precision> precisions) {

  public Requirements {
    vendors = List.copyOf(vendors);
    java.util.Objects.requireNonNull(minComputeCapability, "minComputeCapability");
    java.util.Objects.requireNonNull(minDriver, "minDriver");
    precisions = List.copyOf(precisions);
  }
}
