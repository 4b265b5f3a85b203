package org.sobre.accounting.store;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Sums of some fields, by UTC hour since 1970. */
final class HourSums {

  static final long MILLIS = 3_600_000;
  static final int PER_DAY = 24;

  private final int width;
  private final TreeMap<Long, long[]> hours = new TreeMap<>();

  /**
   * @param width how many fields an hour has
   */
  HourSums(int width) {
    this.width = width;
  }

  static long hour(long millis) {
    return Math.floorDiv(millis, MILLIS);
  }

  /** The fields of an hour, to add to. */
  long[] at(long hour) {
    return hours.computeIfAbsent(hour, absent -> new long[width]);
  }

  void add(long hour, int field, long amount) {
    long[] fields = at(hour);
    fields[field] = Math.addExact(fields[field], amount);
  }

  void add(long hour, long[] amounts) {
    add(at(hour), amounts, 1);
  }

  /**
   * @param sign 1, or -1 to take away
   */
  void add(HourSums other, int sign) {
    other.hours.forEach((hour, amounts) -> add(at(hour), amounts, sign));
  }

  private static void add(long[] fields, long[] amounts, int sign) {
    for (int i = 0; i < amounts.length; i++) {
      fields[i] = Math.addExact(fields[i], sign * amounts[i]);
    }
  }

  SortedMap<Long, long[]> byHour() {
    return hours;
  }

  long[] total() {
    long[] total = new long[width];
    hours.values().forEach(amounts -> add(total, amounts, 1));
    return total;
  }

  void write(BlobWriter out) {
    long before = 0;
    out.unsigned(hours.size());
    for (Map.Entry<Long, long[]> hour : hours.entrySet()) {
      out.signed(hour.getKey() - before).fields(hour.getValue());
      before = hour.getKey();
    }
  }

  static HourSums read(BlobReader in, int width) {
    HourSums sums = new HourSums(width);
    long hour = 0;
    for (long left = in.unsigned(); left > 0; left--) {
      hour += in.signed();
      in.addTo(sums.at(hour));
    }
    return sums;
  }
}
