package org.sobre.hardware.probe;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.LongSupplier;
import org.sobre.hardware.probe.ToolResult.Ending;

/**
 * The instant by which all of something is over, handed down through it: each wait takes what is
 * left, at most its own, so that the sum of the waits needs no proof. By the monotonic clock, for
 * the other one may be set at boot. Immutable.
 */
public final class Deadline {

  private final LongSupplier nanoTime;
  private final long endNanos;

  private Deadline(LongSupplier nanoTime, long endNanos) {
    this.nanoTime = requireNonNull(nanoTime, "nanoTime");
    this.endNanos = endNanos;
  }

  /** Begins now. */
  public static Deadline in(Duration length) {
    return in(length, System::nanoTime);
  }

  /**
   * @param nanoTime as System.nanoTime
   */
  static Deadline in(Duration length, LongSupplier nanoTime) {
    return new Deadline(nanoTime, nanoTime.getAsLong() + length.toNanos());
  }

  /** An earlier one, which leaves so much for what comes after. */
  public Deadline earlierBy(Duration reserved) {
    return new Deadline(nanoTime, endNanos - reserved.toNanos());
  }

  /** Zero once it is over, never negative. */
  public Duration left() {
    return Duration.ofNanos(Math.max(0, endNanos - nanoTime.getAsLong()));
  }

  /** For one wait: its own length, or what is left if that is less. */
  public Duration atMost(Duration own) {
    Duration left = left();
    return left.compareTo(own) < 0 ? left : own;
  }

  /**
   * Runs tools as this one does, none of them longer than is left. Afterwards none is started any
   * more: it counts as one that gave no answer.
   */
  public ToolRunner bounding(ToolRunner tools) {
    return (command, environment, own) -> {
      Duration most = atMost(own);
      return most.isZero() ? notStarted(command) : tools.run(command, environment, most);
    };
  }

  private static ToolResult notStarted(List<String> command) {
    return new ToolResult(
        command,
        Ending.TIMED_OUT,
        OptionalInt.empty(),
        "",
        "no time was left for it",
        Duration.ZERO);
  }
}
