package org.sobre.energy.meter;

import java.time.Duration;
import java.time.Instant;

/** A clock that stands until it is moved. */
final class FakeClock implements UptimeClock {

  private long nanos = Duration.ofMinutes(1).toNanos();

  @Override
  public long nanosSinceBoot() {
    return nanos;
  }

  @Override
  public Instant wall() {
    return Instant.parse("2026-11-20T12:00:00Z").plusNanos(nanos);
  }

  void pass(long millis) {
    nanos += Duration.ofMillis(millis).toNanos();
  }
}
