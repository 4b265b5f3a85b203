package org.sobre.daemon;

import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import org.sobre.energy.meter.UptimeClock;

/** Moved by the test; begins at 100 s after boot. */
final class TestClock implements UptimeClock {

  static final long SECOND = 1_000_000_000L;

  final AtomicLong nanos = new AtomicLong(100 * SECOND);

  /** By what the wall clock says; a test sets it. */
  volatile Instant bootedAt = Instant.parse("2026-11-20T12:00:00Z");

  @Override
  public long nanosSinceBoot() {
    return nanos.get();
  }

  @Override
  public Instant wall() {
    return bootedAt.plusNanos(nanos.get());
  }
}
