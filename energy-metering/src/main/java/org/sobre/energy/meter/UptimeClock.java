package org.sobre.energy.meter;

import java.time.Instant;

/**
 * The node's two clocks. Metering runs on the time since boot, which does not leap and which a
 * shell hook reads from {@code /proc/uptime} without starting a process; the wall clock only labels
 * what is written.
 */
public interface UptimeClock {

  /** Nanoseconds since the node booted; never goes back within the life of this object. */
  long nanosSinceBoot();

  /** Now, on the wall. */
  Instant wall();
}
