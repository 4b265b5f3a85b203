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
 * @param vendor absent for a card of which only the size is known
 * @param free video memory that nobody holds now; not more than total
 * @param reserved of the total, what a driver keeps for itself and no job gets; nvidia-smi's figure
 *     of what is free is without it already
 * @param computeCapability NVIDIA's; absent where nobody tells it
 * @param kind its model, whatever it is called where a job has a part of it only
 */
public record Device(
    String id,
    String model,
    Optional<GpuVendor> vendor,
    MemorySize free,
    MemorySize total,
    MemorySize reserved,
    Optional<Version> computeCapability,
    Optional<Version> driver,
    String kind) {

  private static final MemorySize NOTHING = new MemorySize(0);

  /**
   * What may be taken of a card that counts as nobody's: up to 551 MiB were seen on data-centre
   * cards, and a display server on a desktop card holds some hundred MiB more.
   */
  private static final MemorySize DISPLAY = MemorySize.ofMebibytes(1024);

  /** What a driver keeps of an imagined card: 354 MiB of an RTX 4090, 471 of an L4. */
  private static final MemorySize DRIVER = MemorySize.ofMebibytes(512);

  /** The same as a part of the card, 1.3 to 2.0 % of those. */
  private static final int DRIVER_PERCENT = 2;

  /** What a class of cards has at least: see {@link MemorySize#hasGigabytes}. */
  private static final long LEAST_BYTES_PER_GIGABYTE = 990_000_000L;

  public Device {
    requireNonNull(id, "id");
    requireNonNull(model, "model");
    requireNonNull(vendor, "vendor");
    requireNonNull(free, "free");
    requireNonNull(total, "total");
    requireNonNull(reserved, "reserved");
    requireNonNull(computeCapability, "computeCapability");
    requireNonNull(driver, "driver");
    requireNonNull(kind, "kind");
    if (free.compareTo(total) > 0 || reserved.compareTo(total) > 0) {
      throw new IllegalArgumentException(
          "expected no more free or reserved than total memory, found "
              + free
              + " and "
              + reserved
              + " of "
              + total);
    }
  }

  /** One that is called by its model. */
  public Device(
      String id,
      String model,
      Optional<GpuVendor> vendor,
      MemorySize free,
      MemorySize total,
      MemorySize reserved,
      Optional<Version> computeCapability,
      Optional<Version> driver) {
    this(id, model, vendor, free, total, reserved, computeCapability, driver, model);
  }

  /** A real card, whose free memory was asked. */
  public Device(
      String id,
      String model,
      GpuVendor vendor,
      MemorySize free,
      MemorySize total,
      Optional<Version> computeCapability,
      Optional<Version> driver) {
    this(id, model, Optional.of(vendor), free, total, NOTHING, computeCapability, driver);
  }

  /**
   * A card that is not at hand and whose model is known, nobody being on it.
   *
   * @param total as its driver would tell
   */
  public static Device empty(
      String model,
      Optional<GpuVendor> vendor,
      MemorySize total,
      Optional<Version> computeCapability) {
    MemorySize reserved = new MemorySize(total.bytes() / 100 * DRIVER_PERCENT);
    return new Device(
        model, model, vendor, total, total, reserved, computeCapability, Optional.empty());
  }

  /**
   * Any card of a class, nobody being on it.
   *
   * @param gigabytes as in the feature {@code vram_ge_Ng}
   */
  public static Device ofClass(int gigabytes) {
    return ofSize(new MemorySize(gigabytes * LEAST_BYTES_PER_GIGABYTE));
  }

  /**
   * Main memory, which is no card's.
   *
   * @param called what it is called in sentences
   * @param free of the total
   * @param reserved what the planner's own process takes of it
   */
  public static Device mainMemory(
      String called, MemorySize free, MemorySize total, MemorySize reserved) {
    return new Device(
        "main-memory",
        called,
        Optional.empty(),
        free,
        total,
        reserved,
        Optional.empty(),
        Optional.empty());
  }

  /**
   * Any card of a size, nobody being on it.
   *
   * @param total the least that a card of that size has
   */
  static Device ofSize(MemorySize total) {
    return ofSize("any", Optional.empty(), total, Optional.empty());
  }

  /**
   * The same of a known kind, nobody being on it.
   *
   * @param total the least that a card of that size has
   */
  public static Device ofSize(
      String model,
      Optional<GpuVendor> vendor,
      MemorySize total,
      Optional<Version> computeCapability) {
    Device known = empty(model, vendor, total, computeCapability);
    return known.reserving(larger(known.reserved, smaller(DRIVER, total)));
  }

  private Device reserving(MemorySize kept) {
    return new Device(id, model, vendor, free, total, kept, computeCapability, driver, kind);
  }

  /** What a job can have of it now. */
  public MemorySize budget() {
    return smaller(free, new MemorySize(total.bytes() - reserved.bytes()));
  }

  /** The same card, as much of it being free as somebody else found; no more than its total. */
  public Device withFree(MemorySize found) {
    return new Device(
        id, model, vendor, smaller(found, total), total, reserved, computeCapability, driver, kind);
  }

  /** The same card, its compute capability being known after all. */
  public Device withComputeCapability(Version known) {
    return new Device(id, model, vendor, free, total, reserved, Optional.of(known), driver, kind);
  }

  /**
   * The same card for a job that was promised only a part of its memory.
   *
   * @param called what it is called then
   */
  public Device within(MemorySize promised, String called) {
    MemorySize part = smaller(promised, total);
    long offered = total.bytes() - reserved.bytes();
    MemorySize kept = new MemorySize(Math.max(0, part.bytes() - offered));
    return new Device(
        id, called, vendor, smaller(free, part), part, kept, computeCapability, driver, kind);
  }

  /** Whether nobody else holds memory worth speaking of. */
  public boolean isEmpty() {
    return total.bytes() - free.bytes() <= DISPLAY.bytes();
  }

  private static MemorySize smaller(MemorySize a, MemorySize b) {
    return a.compareTo(b) <= 0 ? a : b;
  }

  private static MemorySize larger(MemorySize a, MemorySize b) {
    return a.compareTo(b) >= 0 ? a : b;
  }
}
