package org.sobre.energy.accrual;

import static org.sobre.energy.accrual.Accrual.wallAt;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.sobre.energy.ledger.BalanceLine;
import org.sobre.energy.ledger.JobLine.EndFrom;
import org.sobre.energy.ledger.LineHeader;

/** Cuts balances and seals runs, in the order of their times. */
final class Closing {

  /**
   * A balance with more parts of ended jobs than this is cut before its hour is over: they stay in
   * it, and with it in the state that is put down each second, and thousands may end in an hour.
   * What runs would be in the next one again.
   */
  private static final int MOST_SHARES = 2_000;

  private final NodeIdentity identity;
  private final Runs runs;
  private final Settlement settlement;
  private final SealedLines sealed;
  private final long gapNanos;
  private boolean clockUnset;

  /**
   * @param longestInterval a meter unseen for longer has its reason told in a run's line
   */
  Closing(
      NodeIdentity identity,
      Runs runs,
      Settlement settlement,
      SealedLines sealed,
      Duration longestInterval) {
    this.identity = identity;
    this.runs = runs;
    this.settlement = settlement;
    this.sealed = sealed;
    this.gapNanos = longestInterval.toNanos();
  }

  /** What the lines say from here on. */
  void clockUnset(boolean unset) {
    clockUnset = unset;
  }

  boolean isClockUnset() {
    return clockUnset;
  }

  /** Of a line that is not in the chain yet. */
  LineHeader header() {
    return identity.unchained().withClockUnset(clockUnset);
  }

  /**
   * The wall clock was set: what is settled is cut by the clock before, and the next balance begins
   * at the same moment by the new one.
   */
  void clockWasSet(Duration by, long untilNanos, long nowNanos, Instant wall) {
    if (sealed.isFull()) {
      return;
    }
    Instant before = wall.minus(by);
    settle(untilNanos, nowNanos, before);
    cut(settlement.nanos(), wallAt(settlement.nanos(), nowNanos, before));
    settlement.begin(settlement.window().relabelled(by));
  }

  /** Attributes all until then, cuts the balances and seals the jobs that are due. */
  void settle(long untilNanos, long nowNanos, Instant wall) {
    while (!sealed.isFull()) {
      Optional<Run> ended = runs.firstEnded(untilNanos);
      Window window = settlement.window();
      Instant hour = window.hourToCut(wallAt(untilNanos, nowNanos, wall));
      long hourNanos = nowNanos - Duration.between(hour, wall).toNanos();
      boolean hourIsOver =
          hourNanos <= untilNanos && Math.max(hourNanos, settlement.nanos()) > window.fromNanos();
      if (hourIsOver && ended.map(run -> hourNanos <= run.endNanos()).orElse(true)) {
        cutAtHour(hour, hourNanos, nowNanos, wall);
      } else if (ended.isPresent()) {
        seal(ended.get(), wallAt(ended.get().endNanos(), nowNanos, wall));
      } else {
        break;
      }
    }
    settlement.whole(untilNanos);
    if (hasManyEnded(settlement.window()) && !sealed.isFull()) {
      cut(settlement.nanos(), wallAt(settlement.nanos(), nowNanos, wall));
    }
  }

  private boolean hasManyEnded(Window window) {
    return window.sharesBeside(List.of()) > MOST_SHARES
        && window.sharesBeside(runs.all().stream().map(Run::payer).toList()) > MOST_SHARES;
  }

  /** Not before where attribution stands, which only a wall clock that was set can ask for. */
  private void cutAtHour(Instant hour, long hourNanos, long nowNanos, Instant wall) {
    if (hourNanos >= settlement.nanos()) {
      cut(hourNanos, hour);
    } else {
      cut(settlement.nanos(), wallAt(settlement.nanos(), nowNanos, wall));
    }
  }

  /** A window without length is not cut: balances follow each other without a gap. */
  void cut(long nanos, Instant to) {
    settlement.cutAt(nanos);
    Window window = settlement.window();
    if (nanos <= window.fromNanos()) {
      return;
    }
    BalanceLine line = window.line(header(), false, to, nanos);
    OptionalLong seq = sealed.nextSeq();
    if (seq.isPresent()) {
      runs.all().stream()
          .filter(run -> window.hasShareOf(run.payer()))
          .forEach(run -> run.balanced(seq.getAsLong()));
    }
    sealed.add(line);
    settlement.begin(new Window(line.to(), nanos));
  }

  private void seal(Run run, Instant wallAtEnd) {
    long end = run.endNanos();
    settlement.cutAt(end);
    Instant endAt = settlement.window().endLabel(end, wallAtEnd);
    sealed.add(run.line(header(), false, endAt, end, EndFrom.EPILOG, gapNanos), end);
    runs.remove(run);
  }

  /**
   * A run as it would be closed here.
   *
   * @param to on the wall, where attribution stands
   */
  Checkpoint.RunMark mark(Run run, Instant to) {
    long end = run.lastNanos(settlement.nanos());
    Instant wallAtEnd = wallAt(end, settlement.nanos(), to);
    return run.mark(
        run.line(
            header(),
            true,
            settlement.window().endLabel(end, wallAtEnd),
            end,
            EndFrom.REBOOT,
            gapNanos));
  }
}
