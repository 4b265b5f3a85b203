package org.sobre.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sobre.hardware.clock.WallClockTrust;
import org.sobre.hardware.node.Finding;
import org.sobre.hardware.probe.Deadline;
import org.sobre.hardware.probe.SysRoot;
import org.sobre.slurm.command.ScontrolException;

class ClockWaitTest {

  private static final Instant BUILT = Instant.parse("2026-11-21T00:00:00Z");
  private static final Instant NOW = Instant.parse("2027-03-01T08:00:00Z");
  private static final Duration LONG = Duration.ofMinutes(5);

  @TempDir private Path root;
  private Instant wall = NOW;
  private boolean slurmAnswers;
  private int asked;
  private int paused;
  private Runnable meanwhile = () -> {};
  private final List<String> said = new ArrayList<>();

  @Test
  void aClockThatNobodyDoubtsAsksNobody() {
    assertThat(inVain(LONG)).isFalse();
    assertThat(said).isEmpty();
    assertThat(asked).isZero();
  }

  @Test
  void aClockThatSlurmBelievesIsNotWaitedFor() throws IOException {
    timesyncd();
    slurmAnswers = true;
    assertThat(inVain(LONG)).isFalse();
    assertThat(said).isEmpty();
    assertThat(paused).isZero();
  }

  @Test
  void waitsUntilTheServiceHasSetTheClock() throws IOException {
    Path directory = timesyncd();
    wall = NOW.minus(Duration.ofDays(365));
    meanwhile =
        () -> {
          assertThat(said).as("who waits is told before").hasSize(1);
          if (paused == 3) {
            wall = NOW;
            create(directory.resolve("synchronized"));
          }
        };

    assertThat(inVain(LONG)).isFalse();
    assertThat(said)
        .containsExactly(
            "Slurm does not answer and the clock, which says 2026-03-01T08:00:00Z, may be wrong (a"
                + " time service is running and has not set the clock yet): waiting for it",
            "the clock says 2027-03-01T08:00:00Z now: the wait for it is over");
    assertThat(paused).isEqualTo(3);
  }

  /** chronyd leaves no word; that Slurm takes our credentials is one. */
  @Test
  void waitsUntilSlurmBelieves() throws IOException {
    Files.createDirectories(root.resolve("run/chrony"));
    Files.createFile(root.resolve("run/chrony/chronyd.pid"));
    Files.createDirectories(root.resolve("proc"));
    Files.writeString(root.resolve("proc/uptime"), "14.20 20.00\n");
    meanwhile = () -> slurmAnswers = paused == 2;

    assertThat(inVain(LONG)).isFalse();
    assertThat(said).hasSize(2).last().asString().contains("the wait for it is over");
    assertThat(asked).isEqualTo(3);
  }

  @Test
  void slurmdStartsWhenTimeIsUp() {
    wall = BUILT.minusSeconds(1);
    assertThat(inVain(Duration.ofMillis(30))).isTrue();
    assertThat(said).hasSize(2).last().asString().startsWith("slurmd starts all the same");
  }

  @Test
  void theDoctorSaysIt() throws IOException {
    WallClockTrust trust = new WallClockTrust(new SysRoot(root), BUILT);
    assertThat(ClockFindings.of(trust, NOW)).isEmpty();

    timesyncd();
    List<Finding> findings = ClockFindings.of(trust, NOW);
    assertThat(findings)
        .singleElement()
        .extracting(Finding::severity)
        .isEqualTo(Finding.Severity.WARNING);
    assertThat(findings.get(0).text())
        .startsWith("may be wrong, it says 2027-03-01T08:00:00Z: a time service is running and");
  }

  private boolean inVain(Duration longest) {
    Clock clock =
        new Clock() {
          @Override
          public ZoneOffset getZone() {
            return ZoneOffset.UTC;
          }

          @Override
          public Clock withZone(java.time.ZoneId zone) {
            throw new UnsupportedOperationException();
          }

          @Override
          public Instant instant() {
            return wall;
          }
        };
    return new ClockWait(
            new WallClockTrust(new SysRoot(root), BUILT), clock, this::ask, this::pause, said::add)
        .inVainUntil(Deadline.in(longest));
  }

  private void ask() throws ScontrolException {
    asked++;
    if (!slurmAnswers) {
      throw new ScontrolException(ScontrolException.Kind.REFUSED, "credential rewound");
    }
  }

  private void pause(Duration wait) {
    paused++;
    meanwhile.run();
  }

  private Path timesyncd() throws IOException {
    return Files.createDirectories(root.resolve("run/systemd/timesync"));
  }

  private static void create(Path file) {
    try {
      Files.createFile(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
