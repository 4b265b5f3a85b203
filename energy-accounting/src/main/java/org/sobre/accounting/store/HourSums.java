package org.sobre.accounting.store;

import java.util.Arrays;

/** Sums of some fields, by UTC hour since 1970, in the order of hours. */
final class HourSums {

  static final long MILLIS = 3_600_000;
  static final int PER_DAY = 24;
  private static final int FEW = 4;

  /** Takes the fields of an hour, which it may change. */
  @FunctionalInterface
  interface Visitor {
    void hour(long hour, long[] fields);
  }

  private final int width;
  private long[] hours = new long[FEW];
  private long[][] fields = new long[FEW][];
  private int size;

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
    // lines come in the order of hours, all but always
    if (size > 0 && hours[size - 1] == hour) {
      return fields[size - 1];
    }
    int place =
        size == 0 || hours[size - 1] < hour
            ? -size - 1
            : Arrays.binarySearch(hours, /* fromIndex= */ 0, size, hour);
    if (place < 0) {
      place = -place - 1;
      insert(place, hour);
    }
    return fields[place];
  }

  private void insert(int place, long hour) {
    if (size == hours.length) {
      hours = Arrays.copyOf(hours, size * 2);
      fields = Arrays.copyOf(fields, size * 2);
    }
    System.arraycopy(hours, place, hours, place + 1, size - place);
    System.arraycopy(fields, place, fields, place + 1, size - place);
    hours[place] = hour;
    fields[place] = new long[width];
    size++;
  }

  /** A field of an hour; 0 where the hour has none. */
  long of(long hour, int field) {
    int place = Arrays.binarySearch(hours, /* fromIndex= */ 0, size, hour);
    return place < 0 ? 0 : fields[place][field];
  }

  void add(long hour, int field, long amount) {
    long[] of = at(hour);
    of[field] = Math.addExact(of[field], amount);
  }

  void add(long hour, long[] amounts) {
    add(at(hour), amounts, 1);
  }

  /**
   * @param sign 1, or -1 to take away
   */
  void add(HourSums other, int sign) {
    other.forEach((hour, amounts) -> add(at(hour), amounts, sign));
  }

  /**
   * @param sign 1, or -1 to take away
   */
  static void add(long[] fields, long[] amounts, int sign) {
    for (int i = 0; i < amounts.length; i++) {
      fields[i] = Math.addExact(fields[i], sign * amounts[i]);
    }
  }

  void forEach(Visitor visitor) {
    for (int i = 0; i < size; i++) {
      visitor.hour(hours[i], fields[i]);
    }
  }

  /** The same, from the last hour back. */
  void forEachBackwards(Visitor visitor) {
    for (int i = size - 1; i >= 0; i--) {
      visitor.hour(hours[i], fields[i]);
    }
  }

  /** Those of a range, in order. */
  void forEach(HourRange range, Visitor visitor) {
    forEach(
        (hour, amounts) -> {
          if (range.contains(hour)) {
            visitor.hour(hour, amounts);
          }
        });
  }

  /** Those that have any fields, in order. */
  long[] hours() {
    return Arrays.copyOf(hours, size);
  }

  long first() {
    return hours[0];
  }

  long last() {
    return hours[size - 1];
  }

  long[] total() {
    long[] total = new long[width];
    forEach((hour, amounts) -> add(total, amounts, 1));
    return total;
  }

  void write(BlobWriter out) {
    long before = 0;
    out.unsigned(size);
    for (int i = 0; i < size; i++) {
      out.signed(hours[i] - before).fields(fields[i]);
      before = hours[i];
    }
  }

  /** Of what {@link #write} wrote, those of a range, in order. */
  static void forEach(BlobReader in, int width, HourRange range, Visitor visitor) {
    long hour = 0;
    for (long left = in.unsigned(); left > 0; left--) {
      hour += in.signed();
      if (range.contains(hour)) {
        long[] fields = new long[width];
        in.addTo(fields);
        visitor.hour(hour, fields);
      } else {
        in.skipFields();
      }
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
