package org.sobre.energy.accrual;

import java.util.Arrays;
import org.sobre.energy.ledger.PowerProfile;
import org.sobre.energy.meter.Proportion;

/** Energy, and the time in which it was seen, of steps of equal length; of one meter or of all. */
final class PowerSteps {

  static final int MOST = PowerProfile.MOST_STEPS;

  /** Microjoules in a nanosecond are kilowatts: a million of them is a milliwatt. */
  private static final long MILLIWATTS_IN_A_KILOWATT = 1_000_000;

  private final long[] microjoules = new long[MOST];
  private final long[] observedNanos = new long[MOST];

  void add(int step, long energy, long nanos) {
    microjoules[step] += energy;
    observedNanos[step] += nanos;
  }

  /** Of a stretch that is shared by time among the steps that it lies in. */
  void add(long stepNanos, long from, long to, long energy) {
    long given = 0;
    long start = from;
    for (int step = (int) (from / stepNanos); start < to; step++) {
      long until = Math.min(to, (step + 1) * stepNanos);
      long sum = until == to ? energy : Proportion.of(energy, until - from, to - from);
      add(step, sum - given, until - start);
      given = sum;
      start = until;
    }
  }

  void clear(int step) {
    microjoules[step] = 0;
    observedNanos[step] = 0;
  }

  /** Two steps become one. */
  void fold() {
    fold(microjoules);
    fold(observedNanos);
  }

  private static void fold(long[] of) {
    for (int i = 0; i < MOST / 2; i++) {
      of[i] = of[2 * i] + of[2 * i + 1];
    }
    Arrays.fill(of, MOST / 2, MOST, 0);
  }

  long microjoules(int step) {
    return microjoules[step];
  }

  long observedNanos(int step) {
    return observedNanos[step];
  }

  /** The mean over what was seen; 0 where nothing was. */
  long milliwatts(int step) {
    return observedNanos[step] == 0 ? 0 : milliwatts(microjoules[step], observedNanos[step]);
  }

  /** Rounded, so that what is taken up from a line gives the same line. */
  static long milliwatts(long microjoules, long nanos) {
    return (Proportion.of(microjoules, 2 * MILLIWATTS_IN_A_KILOWATT, nanos) + 1) / 2;
  }

  /** What so much power is in a time. */
  static long microjoules(long milliwatts, long nanos) {
    return (Proportion.of(2 * milliwatts, nanos, MILLIWATTS_IN_A_KILOWATT) + 1) / 2;
  }
}
