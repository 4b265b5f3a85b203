package org.sobre.jobs.plan;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import org.sobre.hardware.gpu.GpuVendor;
import org.sobre.hardware.units.MemorySize;
import org.sobre.jobs.profile.Version;

/**
 * One GPU as a planner sees it.
 *
 * @param id UUID, or what else tells it from the others
 * @param free video memory free now; not more than total
 * @param computeCapability NVIDIA's; absent where the driver does not tell
 */
public record Device(
    String id,
    String model,
    GpuVendor vendor,
    MemorySize free,
    MemorySize total,
    Optional<Version> computeCapability,
    Optional<Version> driver) {

  /**
   * What a driver may keep for itself on a card nobody uses: up to 551 MiB were seen on data-centre
   * cards, and a display server on a desktop card holds some hundred MiB more.
   */
  private static final MemorySize HELD_BACK = MemorySize.ofMebibytes(1024);

  public Device {
    requireNonNull(id, "id");
    requireNonNull(model, "model");
    requireNonNull(vendor, "vendor");
    requireNonNull(free, "free");
    requireNonNull(total, "total");
    requireNonNull(computeCapability, "computeCapability");
    requireNonNull(driver, "driver");
    if (free.compareTo(total) > 0) {
      throw new IllegalArgumentException(
          "expected no more free than total memory, found " + free + " of " + total);
    }
  }

  /** A card with nothing known of it but its size, and nobody on it. */
  static Device empty(MemorySize total) {
    return new Device(
        "any",
        "any",
        GpuVendor.NVIDIA,
        new MemorySize(Math.max(0, total.bytes() - HELD_BACK.bytes())),
        total,
        Optional.empty(),
        Optional.empty());
  }

  /**
   * The same card for a job that was promised only a part of its memory.
   *
   * @param called what it is called then
   */
  public Device within(MemorySize promised, String called) {
    MemorySize part = promised.compareTo(total) < 0 ? promised : total;
    MemorySize now = free.compareTo(part) < 0 ? free : part;
    return new Device(id, called, vendor, now, part, computeCapability, driver);
  }

  /** Whether nobody else holds memory worth speaking of. */
  boolean isEmpty() {
    return total.bytes() - free.bytes() <= HELD_BACK.bytes();
  }
}
