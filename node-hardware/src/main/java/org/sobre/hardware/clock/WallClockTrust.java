package org.sobre.hardware.clock;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import org.sobre.hardware.probe.SysRoot;

/**
 * Tells from files whether the wall clock may be believed; docs/decisions/0013 says why these. The
 * kernel's own word (adjtimex(2)) is in no file, and a sandbox with {@code ProtectClock=} refuses
 * it.
 */
public final class WallClockTrust {

  /** chronyd and ntpd set a clock that is off with their first measurements. */
  static final Duration FIRST_MINUTES = Duration.ofMinutes(2);

  /** Runtime directory of systemd-timesyncd, and in it the file that systemd-timesyncd(8) names. */
  private static final String TIMESYNCD = "systemd/timesync";

  private static final String SYNCHRONIZED = "synchronized";

  /** Of chrony, and of ntpsec and its kin, as Debian's packages have them. */
  private static final List<String> PROCESS_FILES = List.of("chrony/chronyd.pid", "ntpd.pid");

  private final SysRoot root;
  private final Instant built;

  /**
   * @param built no clock that is right says an earlier time
   */
  public WallClockTrust(SysRoot root, Instant built) {
    this.root = requireNonNull(root, "root");
    this.built = requireNonNull(built, "built");
  }

  /** With the time at which this version was made. */
  public static WallClockTrust of(SysRoot root) {
    return new WallClockTrust(root, built());
  }

  /**
   * Why the clock may be wrong; empty if nothing says so. A clock that no service sets is taken as
   * it is, as long as it can be right.
   *
   * @param wall what it says
   * @param sinceBoot how long the machine has been up
   */
  public Optional<ClockDoubt> doubt(Instant wall, Duration sinceBoot) {
    Path timesyncd = root.run().resolve(TIMESYNCD);
    if (Files.exists(timesyncd.resolve(SYNCHRONIZED))) {
      return Optional.empty();
    }
    if (Files.isDirectory(timesyncd)) {
      return Optional.of(ClockDoubt.NOT_SYNCHRONIZED);
    }
    boolean another =
        PROCESS_FILES.stream().anyMatch(file -> Files.exists(root.run().resolve(file)));
    if (another && sinceBoot.compareTo(FIRST_MINUTES) < 0) {
      return Optional.of(ClockDoubt.JUST_BOOTED);
    }
    return wall.isBefore(built) ? Optional.of(ClockDoubt.BEFORE_BUILD) : Optional.empty();
  }

  /** As {@link #doubt(Instant, Duration)}, with the time that the kernel has been up. */
  public Optional<ClockDoubt> doubt(Instant wall) {
    return doubt(wall, sinceBoot());
  }

  /** Where nobody tells, the first minutes are over. */
  private Duration sinceBoot() {
    try {
      String seconds = Files.readString(root.proc().resolve("uptime")).split(" ", 2)[0];
      return Duration.ofSeconds(new BigDecimal(seconds.strip()).longValue());
    } catch (IOException | NumberFormatException e) {
      return FIRST_MINUTES;
    }
  }

  /** When this version was made. */
  static Instant built() {
    Properties properties = new Properties();
    try (InputStream in = WallClockTrust.class.getResourceAsStream("built.properties")) {
      properties.load(requireNonNull(in, "built.properties"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    String built = requireNonNull(properties.getProperty("built"), "built").strip();
    return built.chars().allMatch(Character::isDigit)
        ? Instant.ofEpochSecond(Long.parseLong(built))
        : Instant.parse(built);
  }
}
