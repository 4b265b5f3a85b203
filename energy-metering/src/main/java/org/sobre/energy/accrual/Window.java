package org.sobre.energy.accrual;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.sobre.energy.attribution.Split;
import org.sobre.energy.ledger.BalanceLine;
import org.sobre.energy.ledger.LineHeader;
import org.sobre.energy.ledger.MeterId;
import org.sobre.energy.meter.MeteredInterval;

/** The time since the last balance, and what the meters saw in it. */
final class Window {

  /** More hours than this at once are a wall clock that was set, not a night without power. */
  private static final Duration LONGEST_ABSENCE = Duration.ofDays(2);

  private final Instant from;
  private final long fromNanos;
  private final SortedMap<MeterId, MeterTally> tallies = new TreeMap<>();

  Window(Instant from, long fromNanos) {
    this.from = from;
    this.fromNanos = fromNanos;
  }

  static Window resumed(BalanceLine line, long fromNanos) {
    Window window = new Window(line.from(), fromNanos);
    line.meters().forEach(meter -> window.tallies.put(meter.meter(), MeterTally.of(meter)));
    return window;
  }

  Instant from() {
    return from;
  }

  long fromNanos() {
    return fromNanos;
  }

  /**
   * @param jobs of {@code split}, as shares
   */
  void add(MeteredInterval interval, String source, Map<Payer, Share> jobs, Split split) {
    MeterTally tally =
        tallies.computeIfAbsent(interval.meter(), meter -> MeterTally.empty(meter, source));
    tallies.put(interval.meter(), tally.plus(interval, jobs, split));
  }

  /** The end of the hour in which this began, or of the last one after a leap of the clock. */
  Instant hourToCut(Instant until) {
    Instant next = from.truncatedTo(ChronoUnit.HOURS).plus(1, ChronoUnit.HOURS);
    boolean leapt = Duration.between(next, until).compareTo(LONGEST_ABSENCE) > 0;
    return leapt ? until.truncatedTo(ChronoUnit.HOURS) : next;
  }

  boolean hasShareOf(Payer payer) {
    return tallies.values().stream().anyMatch(tally -> tally.shares().containsKey(payer));
  }

  /** Of jobs on meters, also of jobs that have ended. */
  int shares() {
    return tallies.values().stream().mapToInt(tally -> tally.shares().size()).sum();
  }

  /**
   * The balance, if it were cut here.
   *
   * @param to on the wall; a clock that was set back meanwhile does not make the line run backwards
   * @param toNanos of the node's uptime clock
   */
  BalanceLine line(LineHeader header, boolean recovered, Instant to, long toNanos) {
    return new BalanceLine(
        header,
        recovered,
        from,
        to.isBefore(from) ? from : to,
        MeterTally.millis(toNanos - fromNanos),
        tallies.values().stream().map(MeterTally::balance).toList());
  }
}
