package org.sobre.accounting.store;

/**
 * UTC hours since 1970, half open. A period has the hours that begin in it: a balance crosses no
 * hour, so what began at 08:00 and is counted from 08:17 on is in the hour before.
 */
record HourRange(long first, long end) {

  /** So far from the ends of a long that sums of hours do not overflow. */
  private static final long NEVER = 1L << 40;

  static HourRange of(Period period) {
    return new HourRange(
        period.since().map(at -> ceiling(at.toEpochMilli())).orElse(-NEVER),
        period.until().map(at -> ceiling(at.toEpochMilli())).orElse(NEVER));
  }

  private static long ceiling(long millis) {
    return -Math.floorDiv(-millis, HourSums.MILLIS);
  }

  boolean contains(long hour) {
    return hour >= first && hour < end;
  }

  boolean containsAll(long firstHour, long lastHour) {
    return firstHour >= first && lastHour < end;
  }

  boolean isTouched(long firstHour, long lastHour) {
    return firstHour < end && lastHour >= first;
  }
}
