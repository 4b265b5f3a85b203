package org.sobre.accounting.store;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** A period cut at some instants: an hour is in the span in which it begins. */
final class Spans {

  private final long[] cuts;

  private Spans(long[] cuts) {
    this.cuts = cuts;
  }

  /**
   * @param at in order; there is one span more
   */
  static Spans cutAt(List<Instant> at) {
    return new Spans(
        at.stream()
            .map(cut -> new Period(Optional.of(cut), Optional.empty()))
            .mapToLong(from -> HourRange.of(from).first())
            .toArray());
  }

  int size() {
    return cuts.length + 1;
  }

  /** From 0. */
  int of(long hour) {
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
