package org.sobre.daemon.health;

import java.time.Duration;
import org.sobre.energy.meter.UptimeClock;

/**
 * Whether the node's GPUs are to be left alone: an administrator wants to reset one, to unload the
 * driver or to split a board, which a process that has the cards open prevents. Lasts until it is
 * ended or its time is over; the daemon's end ends it too. Safe from any thread.
 */
public final class CardRelease {

  /** One that somebody forgets must not leave a node unmetered for good. */
  public static final Duration LONGEST = Duration.ofHours(24);

  /** What hangs in the kernel may never end: the other cards are then read all the same. */
  public static final Duration PATIENCE = Duration.ofSeconds(30);

  private final UptimeClock clock;
  private volatile long closedNanos;
  private volatile boolean asked;
  private volatile long untilNanos;
  private volatile boolean metersHoldNothing;
  private volatile boolean looking;

  public CardRelease(UptimeClock clock) {
    this.clock = clock;
  }

  /**
   * Asked again, it lasts until the later request says.
   *
   * @param time at most {@link #LONGEST}
   */
  public void ask(Duration time) {
    if (!isAsked()) {
      metersHoldNothing = false;
    }
    untilNanos = clock.nanosSinceBoot() + time.toNanos();
    asked = true;
  }

  public void end() {
    asked = false;
  }

  public boolean isAsked() {
    return asked && clock.nanosSinceBoot() < untilNanos;
  }

  /** What the meters say: whether they have nothing of a GPU open any more. */
  public void metersHoldNothing(boolean nothing) {
    metersHoldNothing = nothing;
  }

  /** What read the cards was told to end, now. */
  public void metersClosed() {
    closedNanos = clock.nanosSinceBoot();
  }

  /**
   * Whether the cards may be read anew. Two readers at once would be twice the processes and twice
   * the threads with each change, where a driver hangs.
   *
   * @param nothingHeld whether what read them before is gone
   */
  public boolean mayReadAgain(boolean nothingHeld) {
    return !isAsked()
        && (nothingHeld || clock.nanosSinceBoot() - closedNanos >= PATIENCE.toNanos());
  }

  /** Whether it is asked for, and nobody here has a GPU open or a tool running that has. */
  public boolean isDone() {
    return isAsked() && metersHoldNothing && !looking;
  }

  /**
   * A look at the cards begins; to be ended whatever this says.
   *
   * @return whether it may ask them
   */
  boolean beginLook() {
    // first said, then asked: who asks for a release meanwhile sees one or the other
    looking = true;
    return !isAsked();
  }

  void endLook() {
    looking = false;
  }
}
