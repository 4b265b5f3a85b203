package org.sobre.jobs.plan;

import java.util.OptionalInt;

/**
 * How an effective batch is split into what fits at a time.
 *
 * @param batch items at a time on one device
 * @param accumulation steps between two updates
 */
record BatchSplit(int batch, int accumulation) {

  /**
   * The effective batch is met exactly by the largest divisor that is at least half of what fits: a
   * power of two always has one. Where none is (127 on a card for 100 would run one by one), it is
   * exceeded by as little as the fewest steps allow.
   *
   * @param largest that fits
   * @param effective what the recipe asks for over all devices; absent where any batch will do
   * @param world processes that train together
   */
  static BatchSplit of(int largest, OptionalInt effective, int world) {
    if (effective.isEmpty()) {
      return new BatchSplit(largest, 1);
    }
    int perDevice = ceilDiv(effective.getAsInt(), world);
    int batch = Math.min(largest, perDevice);
    if (effective.getAsInt() % world == 0) {
      for (int exact = batch; 2L * exact >= batch; exact--) {
        if (perDevice % exact == 0) {
          return new BatchSplit(exact, perDevice / exact);
        }
      }
    }
    // as few steps as the batch allows, then the smallest batch that needs no more: nearest to what
    // was asked
    int accumulation = ceilDiv(perDevice, batch);
    return new BatchSplit(ceilDiv(perDevice, accumulation), accumulation);
  }

  private static int ceilDiv(int a, int b) {
    return (int) (((long) a + b - 1) / b);
  }
}
