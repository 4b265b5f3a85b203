package org.sobre.cli;

import static java.util.Objects.requireNonNull;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.function.Consumer;
import org.sobre.hardware.clock.ClockDoubt;
import org.sobre.hardware.clock.WallClockTrust;
import org.sobre.hardware.message.Messages;
import org.sobre.hardware.probe.Deadline;
import org.sobre.slurm.command.ScontrolException;

/**
 * Waits, before a node is registered, for a clock that may be wrong. Slurm refuses credentials of
 * another time (munge: five minutes off), so that Slurm's answer is the proof: a clock in doubt
 * that Slurm believes is not waited for.
 */
final class ClockWait {

  private static final Messages MESSAGES = Messages.of(ClockWait.class);
  private static final Duration BETWEEN_TRIES = Duration.ofSeconds(1);

  /** Something that Slurm answers only to whom it believes. */
  @FunctionalInterface
  interface Question {
    void ask() throws ScontrolException;
  }

  private final WallClockTrust trust;
  private final Clock clock;
  private final Question question;
  private final Consumer<Duration> pause;
  private final Consumer<String> say;

  /**
   * @param pause waits so long
   * @param say what people are told, when it is so: a boot that is ended meanwhile has said why it
   *     waited
   */
  ClockWait(
      WallClockTrust trust,
      Clock clock,
      Question question,
      Consumer<Duration> pause,
      Consumer<String> say) {
    this.trust = requireNonNull(trust, "trust");
    this.clock = requireNonNull(clock, "clock");
    this.question = requireNonNull(question, "question");
    this.pause = requireNonNull(pause, "pause");
    this.say = requireNonNull(say, "say");
  }

  /**
   * Returns when nothing speaks against the clock, when Slurm answers, and at the deadline.
   *
   * @return whether it was waited in vain: Slurm has not answered until the last, and need not be
   *     asked once more
   */
  boolean inVainUntil(Deadline deadline) {
    boolean told = false;
    Optional<ClockDoubt> doubt = doubt();
    while (doubt.isPresent() && !isAnswered()) {
      if (!told) {
        say.accept(MESSAGES.text("clock.waits", inWords(doubt.get()), now()));
        told = true;
      }
      Duration wait = deadline.atMost(BETWEEN_TRIES);
      if (wait.isZero()) {
        say.accept(MESSAGES.text("clock.waitedInVain"));
        return true;
      }
      pause.accept(wait);
      doubt = doubt();
    }
    if (told) {
      say.accept(MESSAGES.text("clock.set", now()));
    }
    return false;
  }

  private Optional<ClockDoubt> doubt() {
    return trust.doubt(clock.instant());
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.SECONDS);
  }

  private boolean isAnswered() {
    try {
      question.ask();
      return true;
    } catch (ScontrolException e) {
      return false;
    }
  }

  static String inWords(ClockDoubt doubt) {
    return MESSAGES.text(
        switch (doubt) {
          case NOT_SYNCHRONIZED -> "clock.notSynchronized";
          case JUST_BOOTED -> "clock.justBooted";
          case BEFORE_BUILD -> "clock.beforeBuild";
        });
  }
}
