package org.sobre.accounting.store;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** The energy of a row by the kind of span in which it was drawn, exact and without bound. */
final class SpanEnergy {

  /** Half of what a long holds: two sums below it do not overflow. */
  private static final int HALF_BITS = 62;

  private static final long HALF = 1L << HALF_BITS;

  private final long[] halves;
  private final long[] rests;

  SpanEnergy(int spans) {
    this.halves = new long[spans];
    this.rests = new long[spans];
  }

  /**
   * Adds the energies of all qualities.
   *
   * @param fields those of {@link UsageField}, or of {@link RunState}: the first three are energies
   */
  void add(int span, long[] fields) {
    for (int i = UsageField.COUNTER.at(); i <= UsageField.MODELLED.at(); i++) {
      add(span, fields[i]);
    }
  }

  void add(int span, long microjoules) {
    rests[span] += microjoules;
    if (rests[span] >= HALF) {
      rests[span] -= HALF;
      halves[span]++;
    }
  }

  void addAll(SpanEnergy other) {
    for (int span = 0; span < rests.length; span++) {
      add(span, other.rests[span]);
      halves[span] += other.halves[span];
    }
  }

  /** Microjoules of each span. */
  List<BigInteger> microjoules() {
    return IntStream.range(0, rests.length)
        .mapToObj(
            span ->
                BigInteger.valueOf(halves[span])
                    .shiftLeft(HALF_BITS)
                    .add(BigInteger.valueOf(rests[span])))
        .toList();
  }

  @Override
  public String toString() {
    return Arrays.toString(rests);
  }
}
