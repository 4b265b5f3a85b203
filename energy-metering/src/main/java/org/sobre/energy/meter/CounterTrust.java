package org.sobre.energy.meter;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import org.sobre.hardware.units.Energy;

/**
 * Whether the energy counter of a card is believed. All the time what it adds is held against the
 * integrated power of the same seconds, and judged over {@link #WINDOW}: over a second or two it
 * lags by its refresh period, which is no fault (seen on one card: 26 % over 0.5 s, nothing over 5
 * s). Where the power is of single instants, what these may miss of a load that varies between them
 * is allowed for, and the judgement waits until it can be made. A counter that stands while the
 * card draws power is found sooner. One that was found wrong is not believed again: what was booked
 * of it stays, and nothing is booked twice.
 */
final class CounterTrust {

  static final Duration WINDOW = Duration.ofSeconds(60);
  static final Duration LONGEST_STANDSTILL = Duration.ofSeconds(10);

  /**
   * How often the root of the summed squares of the single differences a right counter may be off
   * beyond the tolerance, by power read at instants. Of a load switching between 50 or 90 W and 400
   * W at random within the second, 1 to 90 % of it high, one minute in 900 000 is: below 7, one in
   * some thousands. A steady factor f is more once over more than (10 (f - 1) / (f - 1.1))^2
   * readings, of 1.74 and 0.57 three minutes, of 1.15 fifteen.
   */
  static final double SAMPLING_ERRORS = 10;

  private static final double PERCENT = 100;

  private final double tolerance;
  private Optional<String> distrusted;
  private boolean proven;
  private long seenNanos;
  private long judgeAtNanos = WINDOW.toNanos();
  private long counted;
  private long integrated;

  /** Of the differences by instants, in square microjoules. */
  private double squares;

  private long standingNanos;
  private long leapingNanos;

  /**
   * @param tolerance share of the integrated power, 0 to 1
   * @param distrusted why it was not believed before; empty if it was
   */
  CounterTrust(double tolerance, Optional<String> distrusted) {
    this(tolerance, distrusted, true);
  }

  private CounterTrust(double tolerance, Optional<String> distrusted, boolean proven) {
    this.tolerance = tolerance;
    this.distrusted = distrusted;
    this.proven = proven;
  }

  /** Of a counter that is not believed before it was compared for {@link #WINDOW}. */
  static CounterTrust unproven(double tolerance) {
    return new CounterTrust(tolerance, Optional.empty(), false);
  }

  boolean trusted() {
    return proven && distrusted.isEmpty();
  }

  /** Why it was found wrong; empty while it was not. */
  Optional<String> why() {
    return distrusted;
  }

  /** It is not to be believed, whatever it says. */
  void distrust(String why) {
    if (distrusted.isEmpty()) {
      distrusted = Optional.of(why);
    }
  }

  /**
   * What both told of the same time.
   *
   * @param nanos its length
   * @param byInstants the power is that of instants: between them it may have been another
   */
  void compare(long nanos, Energy byCounter, Energy byPower, boolean byInstants) {
    leapingNanos = 0;
    seenNanos += nanos;
    counted += byCounter.microjoules();
    integrated += byPower.microjoules();
    if (byInstants) {
      double apart = byCounter.microjoules() - byPower.microjoules();
      squares += apart * apart;
    }
    boolean stands = byCounter.microjoules() == 0 && byPower.microjoules() > 0;
    standingNanos = stands ? standingNanos + nanos : 0;
    if (standingNanos >= LONGEST_STANDSTILL.toNanos()) {
      distrust("it stands still while the card draws power");
    }
    if (seenNanos >= judgeAtNanos) {
      judge();
    }
  }

  /**
   * A step that no card can have made. One is a counter that was set; one after the other, a
   * counter that is none.
   *
   * @param nanos the time of the step
   * @return whether it is the first of its row
   */
  boolean leapt(long nanos) {
    boolean first = leapingNanos == 0;
    leapingNanos += nanos;
    if (leapingNanos >= LONGEST_STANDSTILL.toNanos()) {
      distrust("it tells of more than the card can draw");
    }
    return first;
  }

  private void judge() {
    double beyond = Math.abs(counted - integrated) - tolerance * integrated;
    if (beyond > 0 && beyond <= SAMPLING_ERRORS * Math.sqrt(squares)) {
      // by instants alone it may be either
      judgeAtNanos += WINDOW.toNanos();
      return;
    }
    if (beyond > 0) {
      distrust(
          String.format(
              Locale.ROOT,
              "over %d s it added %.1f J where the power makes %.1f J, more than %.0f %% apart",
              Duration.ofNanos(seenNanos).toSeconds(),
              joules(counted),
              joules(integrated),
              PERCENT * tolerance));
    }
    proven = true;
    seenNanos = 0;
    judgeAtNanos = WINDOW.toNanos();
    counted = 0;
    integrated = 0;
    squares = 0;
  }

  private static double joules(long microjoules) {
    return microjoules / 1e6;
  }
}
