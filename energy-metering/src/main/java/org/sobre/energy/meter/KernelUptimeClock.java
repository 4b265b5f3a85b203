package org.sobre.energy.meter;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.sobre.hardware.probe.SysRoot;

/**
 * {@code /proc/uptime}, which has hundredths of a second, refined between reads by {@link
 * System#nanoTime()}. The two run apart only while the machine sleeps: a look once a minute finds
 * that, and one whenever the wall clock has leapt, and moves this clock forward. Safe for use by
 * several threads.
 */
public final class KernelUptimeClock implements UptimeClock {

  private static final long LOOK_EVERY_NANOS = Duration.ofMinutes(1).toNanos();
  private static final long WALL_LEAP_NANOS = Duration.ofSeconds(1).toNanos();
  private static final long TOLERANCE_NANOS = Duration.ofMillis(100).toNanos();

  private final Path file;
  private final Clock wall;
  private long uptimeMinusMonotonic;
  private long lookedAtMonotonic;
  private long wallMinusMonotonic;

  /**
   * @throws IOException if {@code /proc/uptime} cannot be read: there is then no common clock with
   *     the hooks
   */
  public KernelUptimeClock(SysRoot root, Clock wall) throws IOException {
    this.file = root.proc().resolve("uptime");
    this.wall = wall;
    this.lookedAtMonotonic = System.nanoTime();
    this.uptimeMinusMonotonic = parse(Files.readString(file)) - lookedAtMonotonic;
    this.wallMinusMonotonic = wallNanos() - lookedAtMonotonic;
  }

  @Override
  public synchronized long nanosSinceBoot() {
    long monotonic = System.nanoTime();
    long wallMinus = wallNanos() - monotonic;
    boolean leapt = Math.abs(wallMinus - wallMinusMonotonic) > WALL_LEAP_NANOS;
    wallMinusMonotonic = wallMinus;
    if (leapt || monotonic - lookedAtMonotonic > LOOK_EVERY_NANOS) {
      lookedAtMonotonic = monotonic;
      followSleep(monotonic);
    }
    return monotonic + uptimeMinusMonotonic;
  }

  /** Of the years that a long has room for. */
  private long wallNanos() {
    return TimeUnit.MILLISECONDS.toNanos(wall.millis());
  }

  @Override
  public Instant wall() {
    return wall.instant();
  }

  private void followSleep(long monotonic) {
    try {
      long offset = parse(Files.readString(file)) - monotonic;
      if (offset - uptimeMinusMonotonic > TOLERANCE_NANOS) {
        uptimeMinusMonotonic = offset;
      }
    } catch (IOException e) {
      // The offset of a minute ago still holds; the next look tells.
    }
  }

  /** Nanoseconds from {@code 81234.56 162000.10}. */
  static long parse(String text) throws IOException {
    int blank = text.indexOf(' ');
    String seconds = (blank < 0 ? text : text.substring(0, blank)).strip();
    try {
      return new BigDecimal(seconds).movePointRight(9).longValueExact();
    } catch (ArithmeticException | NumberFormatException e) {
      throw new IOException(
          "/proc/uptime: expected seconds as 81234.56, found \"" + seconds + "\"", e);
    }
  }
}
