package org.sobre.energy.accrual;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.sobre.energy.meter.MeteredInterval;

/** What was seen and is not attributed yet. */
final class Unsettled {

  private final List<MeteredInterval> intervals = new ArrayList<>();
  private long cutNanos;

  /**
   * @param cutNanos of the last balance: what is older came too late and was not seen
   */
  Unsettled(long cutNanos) {
    this.cutNanos = cutNanos;
  }

  void add(MeteredInterval interval) {
    if (interval.fromNanos() >= cutNanos) {
      intervals.add(interval);
    } else if (interval.toNanos() > cutNanos) {
      intervals.add(interval.after(cutNanos));
    }
  }

  void addAll(Collection<MeteredInterval> more) {
    more.forEach(this::add);
  }

  List<MeteredInterval> all() {
    return List.copyOf(intervals);
  }

  /** When the oldest of them begins, at most {@code nanos}. */
  long earliest(long nanos) {
    return intervals.stream().mapToLong(MeteredInterval::fromNanos).reduce(nanos, Math::min);
  }

  /** Takes those that are over by then. */
  List<MeteredInterval> takeWhole(long nanos) {
    List<MeteredInterval> due =
        intervals.stream().filter(interval -> interval.toNanos() <= nanos).toList();
    intervals.removeIf(interval -> interval.toNanos() <= nanos);
    return due;
  }

  /** Takes all until then, cutting those that go on. */
  List<MeteredInterval> takeUntil(long nanos) {
    List<MeteredInterval> due = new ArrayList<>(takeWhole(nanos));
    for (int i = 0; i < intervals.size(); i++) {
      MeteredInterval interval = intervals.get(i);
      if (interval.fromNanos() < nanos) {
        due.add(interval.before(nanos));
        intervals.set(i, interval.after(nanos));
      }
    }
    return due;
  }

  /** A balance was cut. */
  void cutAt(long nanos) {
    cutNanos = nanos;
  }
}
