package org.sobre.jobs.plan;

import static java.util.Objects.requireNonNull;

import java.util.OptionalInt;
import org.sobre.hardware.units.MemorySize;

/**
 * What a batch asks of a device.
 *
 * @param expected the model's figure with the context
 * @param memory the same with the margin, which is not taken of the context
 * @param marginPercent that was added for what the model may be wrong by, and what a caller wants
 *     beside it
 * @param cardGigabytes present if an empty card that has so many GB, and the margin, is known to be
 *     enough, whatever its driver holds back
 */
record Demand(
    MemorySize expected, MemorySize memory, int marginPercent, OptionalInt cardGigabytes) {

  /** What is left at least of a budget that is not tight, beside what is expected. */
  private static final int EASE_PERCENT = 5;

  private static final double LEAST_BYTES_PER_GIGABYTE = 0.99e9;
  private static final double MOST_BYTES_PER_GIGABYTE = 1L << 30;

  Demand {
    requireNonNull(expected, "expected");
    requireNonNull(memory, "memory");
    requireNonNull(cardGigabytes, "cardGigabytes");
  }

  /**
   * @param bytes of the model, 0 or more; what no number of bytes can say counts as the most that
   *     one can
   */
  static Demand of(double bytes, MemorySize context, int marginPercent, OptionalInt cardGigabytes) {
    return new Demand(
        size(bytes + context.bytes()),
        size(withPercent(bytes, marginPercent) + context.bytes()),
        marginPercent,
        cardGigabytes);
  }

  private static MemorySize size(double bytes) {
    return new MemorySize((long) Math.ceil(bytes));
  }

  private static double withPercent(double bytes, int percent) {
    return bytes * (100 + percent) / 100;
  }

  boolean isMetBy(Share share) {
    return memory.compareTo(share.budget()) <= 0
        || (cardGigabytes.isPresent()
            && share.isEmpty()
            && share.total().bytes() >= card(LEAST_BYTES_PER_GIGABYTE));
  }

  /**
   * Whether so little is left that a run may fail all the same: less than 5 % beside what is
   * expected, or the card is of the very size of which one is known to be enough. Two programs of
   * the same options were seen to differ by as much (huggingface/diffusers, issue 3094: a card of
   * 24 GB was not enough for what its documentation runs on 24 GB).
   */
  boolean isTightOn(Share share) {
    return withPercent((double) expected.bytes(), EASE_PERCENT) > share.budget().bytes()
        || (cardGigabytes.isPresent() && share.total().bytes() <= card(MOST_BYTES_PER_GIGABYTE));
  }

  /** Of the card that is known to be enough, and the margin. */
  private double card(double bytesPerGigabyte) {
    return withPercent(cardGigabytes.orElse(0) * bytesPerGigabyte, marginPercent);
  }
}
