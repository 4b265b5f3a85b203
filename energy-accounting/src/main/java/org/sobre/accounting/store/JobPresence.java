package org.sobre.accounting.store;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;

/**
 * How jobs are counted over any range of hours without a look at each. A job is counted in the
 * first hour of the range in which it is seen: that is the first of all, or the first of the range
 * and the job was there in the hour before, or one in which it came back after hours without it.
 * The first two are sums of hours, the third is rare (a requeue that waited) and has rows.
 *
 * @param hours in which the job is seen, at least one
 */
record JobPresence(SortedSet<Long> hours) {

  /** An hour in which it came back, and the last one in which it was seen before. */
  record Return(long hour, long hourBefore) {}

  List<Return> returns() {
    List<Return> returns = new ArrayList<>();
    long before = hours.first();
    for (long hour : hours) {
      if (hour > before + 1) {
        returns.add(new Return(hour, before));
      }
      before = hour;
    }
    return returns;
  }

  /**
   * Adds one job to the hours that count it.
   *
   * @param fresh the field of jobs that are seen first
   * @param on the field of those that were there in the hour before
   */
  void addTo(HourSums sums, UsageField fresh, UsageField on) {
    long before = hours.first();
    sums.add(before, fresh.at(), 1);
    for (long hour : hours) {
      if (hour == before + 1) {
        sums.add(hour, on.at(), 1);
      }
      before = hour;
    }
  }
}
