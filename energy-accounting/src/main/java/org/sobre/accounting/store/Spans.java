package org.sobre.accounting.store;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A period cut at some instants: an hour is in the span in which it begins. Spans are of kinds, by
 * which energy is added up: the nights of a month, say, in which a kilowatt-hour costs the same.
 */
final class Spans {

  private final long[] cuts;
  private final int[] kinds;
  private final int size;

  private Spans(long[] cuts, int[] kinds) {
    if (kinds.length != cuts.length + 1) {
      throw new IllegalArgumentException(
          "expected a kind for each of " + (cuts.length + 1) + " spans, found " + kinds.length);
    }
    this.cuts = cuts;
    this.kinds = kinds;
    this.size = IntStream.of(kinds).max().orElse(0) + 1;
  }

  /** The whole period. */
  static Spans one() {
    return cutAt(List.of(), List.of(0));
  }

  /**
   * @param at in order; there is one span more
   * @param kinds of the spans, in their order, from 0 on
   */
  static Spans cutAt(List<Instant> at, List<Integer> kinds) {
    return new Spans(
        at.stream()
            .map(cut -> new Period(Optional.of(cut), Optional.empty()))
            .mapToLong(from -> HourRange.of(from).first())
            .toArray(),
        kinds.stream().mapToInt(kind -> kind).toArray());
  }

  /** How many kinds there are. */
  int size() {
    return size;
  }

  /** The kind of the span in which an hour is. */
  int of(long hour) {
    return kinds[span(hour)];
  }

  /** Whether two hours are in one span. */
  boolean isOneOf(long hour, long other) {
    return span(hour) == span(other);
  }

  private int span(long hour) {
    int place = Arrays.binarySearch(cuts, hour);
    if (place < 0) {
      return -place - 1;
    }
    // of two cuts in one hour the last one holds
    while (place + 1 < cuts.length && cuts[place + 1] == hour) {
      place++;
    }
    return place + 1;
  }

  /** The first hours of spans, in order, but for that of the first one. */
  long[] cuts() {
    return cuts.clone();
  }
}
