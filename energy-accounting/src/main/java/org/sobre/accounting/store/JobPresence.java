package org.sobre.accounting.store;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;

/**
 * How jobs are counted over any range of hours without a look at each. A job is counted in the
 * first hour of the range in which it is seen: that is the first of all, or the first of the range
 * and the job was there in the hour before, or one in which it came back after hours without it.
 * The first two are sums of hours, the third is rare (a requeue that waited) and has rows.
 */
final class JobPresence {

  /** An hour in which it came back, and the last one in which it was seen before. */
  record Return(long hour, long hourBefore) {}

  private final long[] hours;

  private JobPresence(long[] hours) {
    this.hours = hours;
  }

  /**
   * @param ofRuns the hours in which each of its runs is seen, in order
   */
  static JobPresence of(List<long[]> ofRuns) {
    return new JobPresence(
        ofRuns.size() == 1
            ? ofRuns.get(0)
            : ofRuns.stream().flatMapToLong(LongStream::of).sorted().distinct().toArray());
  }

  List<Return> returns() {
    List<Return> returns = new ArrayList<>(0);
    for (int i = 1; i < hours.length; i++) {
      if (hours[i] > hours[i - 1] + 1) {
        returns.add(new Return(hours[i], hours[i - 1]));
      }
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
    for (int i = 0; i < hours.length; i++) {
      if (i == 0) {
        sums.add(hours[i], fresh.at(), 1);
      } else if (hours[i] == hours[i - 1] + 1) {
        sums.add(hours[i], on.at(), 1);
      }
    }
  }
}
