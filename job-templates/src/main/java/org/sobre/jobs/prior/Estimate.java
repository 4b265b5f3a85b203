package org.sobre.jobs.prior;

import static java.util.Objects.requireNonNull;

import org.sobre.hardware.units.MemorySize;

/**
 * Video memory as a function of the batch: {@code max(step, fixed + perItem x batch)} as the
 * framework's allocator counts it, and {@code context} beside it.
 *
 * @param perItem more than 0 B
 * @param counted of what is fixed, the bytes that are known but for {@link #COUNTED_PERCENT}
 * @param marginPercent what to add to the rest, the context excepted: see {@link MemoryPrior}
 */
public record Estimate(
    MemorySize fixed,
    MemorySize perItem,
    MemorySize step,
    MemorySize context,
    MemorySize counted,
    int marginPercent) {

  /** What an allocator's blocks may take beyond weights that are held as they were loaded. */
  public static final int COUNTED_PERCENT = 3;

  /** CUDA's context of one process: 0.3 to 0.5 GiB on today's cards. */
  private static final MemorySize CONTEXT = MemorySize.ofMebibytes(512);

  public Estimate {
    requireNonNull(fixed, "fixed");
    requireNonNull(perItem, "perItem");
    requireNonNull(step, "step");
    requireNonNull(context, "context");
    requireNonNull(counted, "counted");
    if (counted.compareTo(fixed) > 0) {
      throw new IllegalArgumentException("expected at most " + fixed + ", found " + counted);
    }
    if (marginPercent < 0) {
      throw new IllegalArgumentException("expected a margin from 0 %, found " + marginPercent);
    }
  }

  static Estimate ofBytes(
      double fixed, double perItem, double step, double counted, int marginPercent) {
    return new Estimate(
        size(fixed), size(Math.max(1, perItem)), size(step), CONTEXT, size(counted), marginPercent);
  }

  /** What the allocator is expected to hold at the most, in bytes. */
  double peakBytes(double batch) {
    return Math.max((double) step.bytes(), fixed.bytes() + batch * perItem.bytes());
  }

  private static MemorySize size(double bytes) {
    return new MemorySize((long) Math.ceil(bytes));
  }
}
