package org.sobre.accounting.year;

import java.util.stream.LongStream;

/** What a run drew of one meter in each of its hours, microjoules, and how long that was seen. */
final class YearDraw {

  final long[] counter;
  final long[] sampled;
  final long[] idle;
  final int[] observedMillis;

  YearDraw(int hours) {
    counter = new long[hours];
    sampled = new long[hours];
    idle = new long[hours];
    observedMillis = new int[hours];
  }

  static long sum(long[] amounts) {
    return LongStream.of(amounts).reduce(0, Math::addExact);
  }

  long observed() {
    long sum = 0;
    for (int millis : observedMillis) {
      sum += millis;
    }
    return sum;
  }
}
