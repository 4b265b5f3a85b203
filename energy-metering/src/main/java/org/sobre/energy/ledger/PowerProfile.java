package org.sobre.energy.ledger;

import java.util.Arrays;
import java.util.OptionalLong;

/**
 * What a run drew over its time: mean powers of steps of equal length from its begin on, the last
 * one until its end. The sum of the means of all meters that gave anything of the run, each over
 * the time in which that one was read; a step that one of them did not see for half of its time has
 * none. For eyes: no bill is made of it. At most {@value #MOST_STEPS}.
 */
public final class PowerProfile {

  public static final int MOST_STEPS = 60;

  private final long stepMillis;
  private final long[] milliwatts;
  private final long seen;

  /**
   * @param stepMillis length of a step, above 0
   * @param milliwatts of each step, 1 to {@value #MOST_STEPS} of them
   * @param seen a bit for each step, the first the lowest: whether its power is known
   */
  public PowerProfile(long stepMillis, long[] milliwatts, long seen) {
    if (stepMillis <= 0) {
      throw new IllegalArgumentException(
          "stepMs: expected more than 0 milliseconds, found " + stepMillis);
    }
    if (milliwatts.length == 0 || milliwatts.length > MOST_STEPS) {
      throw new IllegalArgumentException(
          "milliwatts: expected 1 to " + MOST_STEPS + " steps, found " + milliwatts.length);
    }
    this.stepMillis = stepMillis;
    this.milliwatts = milliwatts.clone();
    this.seen = seen & (-1L >>> (Long.SIZE - milliwatts.length));
    for (int i = 0; i < milliwatts.length; i++) {
      if (!isSeen(i)) {
        this.milliwatts[i] = 0;
      } else if (milliwatts[i] < 0) {
        throw new IllegalArgumentException(
            "milliwatts: expected no power below 0, found " + milliwatts[i]);
      }
    }
  }

  public long stepMillis() {
    return stepMillis;
  }

  public int steps() {
    return milliwatts.length;
  }

  /** Milliwatts; absent where a meter did not see half of that step. */
  public OptionalLong at(int step) {
    return isSeen(step) ? OptionalLong.of(milliwatts[step]) : OptionalLong.empty();
  }

  private boolean isSeen(int step) {
    return ((seen >>> step) & 1) != 0;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PowerProfile profile
        && stepMillis == profile.stepMillis
        && seen == profile.seen
        && Arrays.equals(milliwatts, profile.milliwatts);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(milliwatts) * 31 + Long.hashCode(stepMillis);
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(stepMillis + " ms:");
    for (int i = 0; i < milliwatts.length; i++) {
      text.append(' ').append(isSeen(i) ? Long.toString(milliwatts[i]) : "-");
    }
    return text.toString();
  }
}
