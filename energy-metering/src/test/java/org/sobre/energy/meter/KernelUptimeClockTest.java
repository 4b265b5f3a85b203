package org.sobre.energy.meter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sobre.hardware.config.SobreConfig;
import org.sobre.hardware.probe.SysRoot;

class KernelUptimeClockTest {

  @Test
  void goesOnFromTheKernelsUptime(@TempDir Path root) throws IOException {
    Files.createDirectories(root.resolve("proc"));
    Files.writeString(root.resolve("proc/uptime"), "81234.56 162000.10\n");

    UptimeClock clock = new KernelUptimeClock(new SysRoot(root), Clock.systemUTC());

    long first = clock.nanosSinceBoot();
    assertThat(first).isBetween(81_234_560_000_000L, 81_300_000_000_000L);
    assertThat(clock.nanosSinceBoot()).isGreaterThanOrEqualTo(first);
  }

  @Test
  void saysWhatItFoundInstead() {
    assertThatThrownBy(() -> KernelUptimeClock.parse("soon"))
        .hasMessage("/proc/uptime: expected seconds as 81234.56, found \"soon\"");
  }

  @Test
  void theLagCoversTheLongestIntervalAndOnePoll() {
    SobreConfig config = SobreConfig.parse("test", "meters: {interval: 500ms}");

    MetersConfig meters = MetersConfig.from(config.meters());

    assertThat(config.problems().isEmpty()).isTrue();
    assertThat(meters.longestInterval()).isEqualTo(Duration.ofMillis(1_500));
    assertThat(meters.lag()).isEqualTo(Duration.ofSeconds(2));
  }

  @Test
  void anIntervalOutOfRangeIsAProblem() {
    SobreConfig config = SobreConfig.parse("test", "meters: {interval: 1min, intervall: 1s}");

    MetersConfig meters = MetersConfig.from(config.meters());

    assertThat(meters.interval()).isEqualTo(Duration.ofSeconds(1));
    assertThat(config.problems().all()).hasSize(2);
  }
}
