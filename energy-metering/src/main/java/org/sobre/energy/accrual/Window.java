package org.sobre.energy.accrual;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.sobre.energy.attribution.BoardTime;
import org.sobre.energy.ledger.BalanceLine;
import org.sobre.energy.ledger.LineHeader;
import org.sobre.energy.ledger.MeterId;
import org.sobre.energy.ledger.Part;

/** The time since the last balance, and what the meters saw in it. */
final class Window {

  /** More hours than this at once are a wall clock that was set, not a night without power. */
  private static final Duration LONGEST_ABSENCE = Duration.ofDays(2);

  private final Instant from;
  private final long fromNanos;
  private final long clockSetMillis;
  private final SortedMap<MeterId, MeterTally> tallies = new TreeMap<>();
  private final Map<Payer, Map<String, BoardTime>> boardTimes = new TreeMap<>();

  Window(Instant from, long fromNanos) {
    this(from, fromNanos, /* clockSetMillis= */ 0);
  }

  /**
   * @param clockSetMillis by how much the wall clock leapt where this begins; 0 if it did not
   */
  Window(Instant from, long fromNanos, long clockSetMillis) {
    this.from = from;
    this.fromNanos = fromNanos;
    this.clockSetMillis = clockSetMillis;
  }

  /**
   * @param runs of the same checkpoint
   */
  static Window resumed(Checkpoint checkpoint, Collection<Run> runs) {
    BalanceLine line = checkpoint.window();
    Window window = new Window(line.from(), checkpoint.windowFromNanos(), line.clockSetMillis());
    line.meters().forEach(meter -> window.tallies.put(meter.meter(), MeterTally.of(meter)));
    Map<Payer, Long> heldNanos = new TreeMap<>();
    for (Run run : runs) {
      long until = Math.min(run.endNanos(), checkpoint.nanos());
      long held = until - Math.max(run.beginNanos(), window.fromNanos);
      heldNanos.put(run.payer(), Math.max(0, held));
    }
    line.meters().stream()
        .filter(meter -> meter.meter().part() == Part.GPU)
        .forEach(meter -> window.takeUp(meter, heldNanos));
    return window;
  }

  /** Of a run that is sealed only the fraction counts any more, whatever the time. */
  private void takeUp(BalanceLine.MeterBalance meter, Map<Payer, Long> heldNanos) {
    for (BalanceLine.JobShare share : meter.jobs()) {
      Payer payer = Payer.of(share);
      long held = heldNanos.getOrDefault(payer, 1L);
      add(payer, meter.meter().device(), BoardTime.of(held, share.fractionBillionths()));
    }
  }

  Instant from() {
    return from;
  }

  long fromNanos() {
    return fromNanos;
  }

  /** By how much the wall clock has been set since this began. */
  Duration clockSetSince(long nowNanos, Instant wall) {
    return Duration.between(from, Accrual.wallAt(fromNanos, nowNanos, wall));
  }

  /** What follows where the clock was set: from the same moment, by the new clock. */
  Window relabelled(Duration by) {
    return new Window(from.plus(by), fromNanos, clockSetMillis + by.toMillis());
  }

  /**
   * Of a meter, to be added to.
   *
   * @param source how it is read, if nothing was seen of it before
   */
  MeterTally tally(MeterId meter, String source) {
    return tallies.computeIfAbsent(meter, any -> new MeterTally(meter, source));
  }

  /** More of the time that a run held a board in, and how much of that was its own. */
  void add(Payer payer, String board, BoardTime time) {
    boardTimes.computeIfAbsent(payer, any -> new HashMap<>()).merge(board, time, BoardTime::plus);
  }

  private Optional<BigDecimal> fraction(MeterId meter, Payer payer) {
    if (meter.part() != Part.GPU) {
      return Optional.empty();
    }
    return Optional.ofNullable(boardTimes.getOrDefault(payer, Map.of()).get(meter.device()))
        .filter(time -> !time.isWhole())
        .map(time -> time.fractionOf(time.heldNanos()));
  }

  /** The end of the hour in which this began, or of the last one after a leap of the clock. */
  Instant hourToCut(Instant until) {
    Instant next = from.truncatedTo(ChronoUnit.HOURS).plus(1, ChronoUnit.HOURS);
    boolean leapt = Duration.between(next, until).compareTo(LONGEST_ABSENCE) > 0;
    return leapt ? until.truncatedTo(ChronoUnit.HOURS) : next;
  }

  /** A run that ends in this window is not labelled as ending before it, by a clock set back. */
  Instant endLabel(long endNanos, Instant wallAtEnd) {
    boolean early = endNanos > fromNanos && !wallAtEnd.isAfter(from);
    return early ? from.plusMillis(1) : wallAtEnd;
  }

  /** Of a run of which more is known now: the balance tells its account. */
  void adopt(Payer payer) {
    tallies.values().forEach(tally -> tally.adopt(payer));
  }

  boolean hasShareOf(Payer payer) {
    return tallies.values().stream().anyMatch(tally -> tally.hasShareOf(payer));
  }

  /** Of jobs on meters, also of those that no meter saw, but these. */
  int sharesBeside(Collection<Payer> those) {
    int metered = tallies.values().stream().mapToInt(tally -> tally.sharesBeside(those)).sum();
    long onBoards =
        boardTimes.size() - those.stream().filter(boardTimes.keySet()::contains).count();
    return Math.max(metered, Math.toIntExact(onBoards));
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
        clockSetMillis,
        tallies.values().stream()
            .map(tally -> tally.balance(payer -> fraction(tally.meter(), payer)))
            .toList());
  }
}
