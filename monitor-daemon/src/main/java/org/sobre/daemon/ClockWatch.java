package org.sobre.daemon;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sobre.energy.meter.UptimeClock;
import org.sobre.hardware.clock.ClockDoubt;
import org.sobre.hardware.clock.WallClockTrust;

/**
 * Whether the wall clock may be believed, and whether the ledger waits for that. It waits only
 * where a time service runs, and only in the first quarter of an hour of a boot: the lines are in
 * memory meanwhile. Used by one thread.
 */
final class ClockWatch {

  static final Duration PATIENCE = Duration.ofMinutes(15);

  private static final Logger LOG = LoggerFactory.getLogger(ClockWatch.class);

  private final WallClockTrust trust;
  private final UptimeClock clock;
  private final StateChange state = new StateChange(LOG, "wall clock");
  private Optional<ClockDoubt> doubt = Optional.empty();
  private boolean waits;

  ClockWatch(WallClockTrust trust, UptimeClock clock) {
    this.trust = requireNonNull(trust, "trust");
    this.clock = requireNonNull(clock, "clock");
  }

  /**
   * Looks anew. The time is to be read after it: a service says that it has set the clock once it
   * has, so that a clock that is not in doubt is read as it was set.
   */
  void look() {
    Duration sinceBoot = Duration.ofNanos(clock.nanosSinceBoot());
    Instant wall = clock.wall();
    doubt = trust.doubt(wall, sinceBoot);
    waits = doubt.filter(ClockDoubt::maySoonBeSet).isPresent() && sinceBoot.compareTo(PATIENCE) < 0;
    if (doubt.isEmpty()) {
      state.fine();
    } else {
      state.trouble(
          doubt.get().inWords()
              + (waits
                  ? "; the ledger waits for it, until "
                      + PATIENCE.toMinutes()
                      + " min after the boot"
                  : "; lines are written all the same and say \"clockUnset\""));
    }
  }

  boolean isUnset() {
    return doubt.isPresent();
  }

  /** Whether the lines are kept back until it is known what time it is. */
  boolean ledgerWaits() {
    return waits;
  }
}
