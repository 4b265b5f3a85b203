package org.sobre.hardware.clock;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sobre.hardware.probe.SysRoot;

class WallClockTrustTest {

  private static final Instant BUILT = Instant.parse("2026-11-21T00:00:00Z");
  private static final Instant NOW = BUILT.plus(Duration.ofDays(200));
  private static final Instant A_YEAR_BACK = NOW.minus(Duration.ofDays(365));
  private static final Duration AN_HOUR = Duration.ofHours(1);

  @TempDir Path root;
  private WallClockTrust trust;

  @BeforeEach
  void noServiceRuns() {
    trust = new WallClockTrust(new SysRoot(root), BUILT);
  }

  @Test
  void aClockThatNobodySetsIsTakenAsItIs() {
    assertThat(trust.doubt(NOW, Duration.ofSeconds(5))).isEmpty();
  }

  @Test
  void nobodySetsAClockFromBeforeThisVersionEither() {
    assertThat(trust.doubt(A_YEAR_BACK, AN_HOUR)).contains(ClockDoubt.BEFORE_BUILD);
    assertThat(ClockDoubt.BEFORE_BUILD.maySoonBeSet()).isFalse();
  }

  @Test
  void timesyncdSaysWhenItHasSetTheClock() throws IOException {
    Path directory = Files.createDirectories(root.resolve("run/systemd/timesync"));
    assertThat(trust.doubt(NOW, AN_HOUR)).contains(ClockDoubt.NOT_SYNCHRONIZED);

    Files.createFile(directory.resolve("synchronized"));
    assertThat(trust.doubt(NOW, AN_HOUR)).isEmpty();
  }

  @Test
  void chronydIsGivenTheFirstMinutes() throws IOException {
    Files.createDirectories(root.resolve("run/chrony"));
    Files.createFile(root.resolve("run/chrony/chronyd.pid"));

    assertThat(trust.doubt(NOW, Duration.ofSeconds(119))).contains(ClockDoubt.JUST_BOOTED);
    assertThat(trust.doubt(NOW, Duration.ofMinutes(2))).isEmpty();
    assertThat(trust.doubt(A_YEAR_BACK, Duration.ofMinutes(2))).contains(ClockDoubt.BEFORE_BUILD);
  }

  /** Whoever builds it: as Maven has the time, or as a package's build gives it. */
  @Test
  void theBuildTellsItsTime() {
    assertThat(WallClockTrust.built())
        .isBetween(Instant.parse("2026-01-01T00:00:00Z"), Instant.parse("2100-01-01T00:00:00Z"));
  }
}
