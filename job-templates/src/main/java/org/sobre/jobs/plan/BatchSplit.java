package org.sobre.jobs.plan;

import java.util.OptionalInt;

/**
 * How an effective batch is split into what fits at a time.
 *
 * @param batch items at a time on one device
 * @param accumulation steps between two updates
 */
record BatchSplit(int batch, int accumulation) {

  /** An exact split is preferred if it costs no more than this part of the batch. */
  private static final double WORTH_EXACTNESS = 0.85;

  /**
   * @param largest that fits
   * @param effective what the recipe asks for over all devices; absent where any batch will do
   * @param world number of devices
   */
  static BatchSplit of(int largest, OptionalInt effective, int world) {
    if (effective.isEmpty()) {
      return new BatchSplit(largest, 1);
    }
    int perDevice = ceilDiv(effective.getAsInt(), world);
    int batch = Math.min(largest, perDevice);
    if (effective.getAsInt() % world == 0) {
      for (int exact = batch; exact >= WORTH_EXACTNESS * batch; exact--) {
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
    return (a + b - 1) / b;
  }
}
