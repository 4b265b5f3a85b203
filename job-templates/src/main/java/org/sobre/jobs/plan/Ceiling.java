package org.sobre.jobs.plan;

import static java.util.Objects.requireNonNull;

import org.sobre.hardware.units.MemorySize;

/**
 * A batch that ran out of a device's memory.
 *
 * @param variant by name, of the profile at hand
 * @param batch items at a time on one device, 1 or more
 * @param budget what the device had for it
 */
public record Ceiling(String variant, int batch, MemorySize budget) {

  /** No two looks at a card find the same to the byte, and files have whole MiB. */
  private static final double NEAR = 1.02;

  private static final long NEAR_BYTES = 64L << 20;

  public Ceiling {
    requireNonNull(variant, "variant");
    requireNonNull(budget, "budget");
    if (batch < 1) {
      throw new IllegalArgumentException("expected a batch from 1, found " + batch);
    }
  }

  /** Whether it was met with as much memory as a budget has: 2 % or 64 MiB more are as much. */
  public boolean holdsFor(MemorySize other) {
    double reach = Math.max(budget.bytes() * NEAR, (double) budget.bytes() + NEAR_BYTES);
    return other.bytes() <= reach;
  }
}
