package org.sobre.it.sidus;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.extension.ExtendWith;
import org.sobre.it.lab.Components;
import org.sobre.it.lab.Lab;

/**
 * A node boots with its clock a year back, and a time service that sets it half a minute after
 * slurmd was started. munged, slurmd and Sobre of that node are told the time by libfaketime, with
 * the shipped units otherwise; the time service is its two files.
 */
@ExtendWith(SidusExtension.class)
@EnabledIf("canTellAnotherTime")
@Order(23)
class ClockIT {

  private static final String NODE = "cpu1";
  private static final String OFFSET = "/etc/lab-clock";
  private static final String A_YEAR_BACK = "-365d\n";
  private static final String LIBRARY = "/usr/lib/lab/libfaketime.so";
  private static final List<String> UNITS =
      List.of("munge", "slurmd", "sobre-register", "sobre-registered", "sobre-monitord");

  /** Whom the job is of that begins before Slurm can start any. */
  private static final String HANDMADE = "900001";

  private static final DateTimeFormatter MONTH =
      DateTimeFormatter.ofPattern("uuuu-MM", Locale.ROOT).withZone(ZoneOffset.UTC);

  private final SidusSite site;
  private final Lab lab;

  ClockIT(SidusSite site) {
    this.site = site;
    this.lab = site.lab();
  }

  static boolean canTellAnotherTime() {
    return !Components.need(Components.FAKETIME).isDisabled();
  }

  @Test
  void aNodeWhoseClockIsAYearBackIsMeteredAndJoinsWhenItIsSet() throws IOException {
    lab.control("node", "powercut", NODE).text();
    List<Path> put = giveAnotherClock();
    Instant began = Instant.now();
    try {
      lab.control("node", "start", NODE).text();
      slurmdIsStartedInTimeAndToldWhy();
      hook("prolog");
      ledgerWaitsFor(Duration.ofSeconds(20));

      lab.on(NODE, "sh", "-c", "echo +0 > " + OFFSET).text();
      // a time service says so after the clock is set for all; libfaketime looks each second
      await().pollDelay(Duration.ofSeconds(3)).atMost(Duration.ofSeconds(5)).until(() -> true);
      lab.on(NODE, "touch", "/run/systemd/timesync/synchronized").text();
      lab.awaitDaemon(NODE);
      hook("epilog");

      linesHaveTheTimeThatWasSet(began);
    } finally {
      for (Path file : put) {
        Files.deleteIfExists(file);
      }
      lab.control("node", "powercut", NODE).text();
      lab.control("node", "start", NODE).text();
      lab.awaitDaemon(NODE);
    }
    lab.exec("root", "sobre", "ledger", "verify").text();
    assertThat(site.image().sum()).isEqualTo(site.sum());
  }

  private List<Path> giveAnotherClock() throws IOException {
    Path layer = lab.layer(NODE);
    Path library = under(layer, LIBRARY);
    Files.copy(Components.faketime().orElseThrow(), library);
    Path offset = Files.writeString(under(layer, OFFSET), A_YEAR_BACK);
    Path service =
        Files.writeString(
            under(layer, "/etc/tmpfiles.d/lab-clock.conf"), "d /run/systemd/timesync 0755\n");
    List<Path> put = new ArrayList<>(List.of(library, offset, service));
    for (String unit : UNITS) {
      put.add(
          Files.writeString(
              under(layer, "/etc/systemd/system/" + unit + ".service.d/lab-clock.conf"),
              "[Service]\nEnvironment=LD_PRELOAD="
                  + LIBRARY
                  + " FAKETIME_TIMESTAMP_FILE="
                  + OFFSET
                  + " FAKETIME_CACHE_DURATION=1 NO_FAKE_STAT=1"
                  // glibc's waits are right by now: corrected again they end at once, and a JVM
                  // spins
                  + " DONT_FAKE_MONOTONIC=1 FAKETIME_FORCE_MONOTONIC_FIX=0\n"));
    }
    return put;
  }

  private static Path under(Path layer, String path) throws IOException {
    Path file = layer.resolve(path.substring(1));
    Files.createDirectories(file.getParent());
    return file;
  }

  private void slurmdIsStartedInTimeAndToldWhy() {
    await("slurmd to be started")
        .atMost(Duration.ofSeconds(60))
        .until(() -> show("slurmd", "ExecMainStartTimestampMonotonic").matches("[1-9][0-9]*"));
    long waited =
        microseconds("slurmd", "ExecMainStart") - microseconds("sobre-register", "InactiveExit");
    System.out.println("slurmd was started " + waited / 1000 + " ms after sobre-register");
    assertThat(Duration.ofNanos(waited * 1000)).isLessThan(Duration.ofSeconds(30));
    lab.on(NODE, "journalctl", "--sync").text();
    assertThat(lab.on(NODE, "journalctl", "-o", "cat", "-u", "sobre-register").text())
        .contains("may be wrong (a time service is running and has not set the clock yet)")
        .contains("slurmd starts all the same");
    assertThat(lab.on(NODE, "sobre", "doctor").output())
        .containsPattern("clock: may be wrong, .* has not set the clock yet");
  }

  /** The daemon is at work: it puts its state down. Not a line of this boot is in the ledger. */
  private void ledgerWaitsFor(Duration length) {
    await("the daemon to put its state down")
        .atMost(Duration.ofSeconds(60))
        .until(
            () -> lab.on(NODE, "test", "-s", "/run/sobre/state/checkpoint.json").exitCode() == 0);
    await().pollDelay(length).atMost(length.plusSeconds(5)).until(() -> true);
    assertThat(linesOfThisBoot("boot")).isEmpty();
    assertThat(linesOfThisBoot("job")).isEmpty();
    assertThat(lab.on(NODE, "cat", "/run/sobre/state/checkpoint.json").text())
        .contains("\"clockUnset\":true", "\"user\":\"handmade\"");
  }

  private void linesHaveTheTimeThatWasSet(Instant began) {
    Map<String, Object> boot = linesOfThisBoot("boot").get(0);
    assertThat(boot).doesNotContainKey("clockUnset");
    assertThat(instant(boot, "at")).isAfter(began);
    List<Map<String, Object>> jobs = linesOfThisBoot("job");
    assertThat(jobs)
        .isNotEmpty()
        .allSatisfy(line -> assertThat(line).doesNotContainKey("clockUnset"));
    Map<String, Object> job = lab.awaitJobLine(NODE, HANDMADE);
    assertThat(instant(job, "begin")).isBetween(began, Instant.now());
    Duration between = Duration.between(instant(job, "begin"), instant(job, "end"));
    assertThat(between.toMillis())
        .as("begun before the clock was set, ended after it")
        .isCloseTo(((Number) requireNonNull(job.get("elapsedMs"))).longValue(), within(1_000L));
    String file = MONTH.format(instant(job, "end")) + "." + bootId().substring(0, 8) + ".jsonl";
    assertThat(lab.exec("root", "ls", "/srv/sobre/ledger/" + NODE).text())
        .contains(file)
        .doesNotContain(MONTH.format(began.minus(Duration.ofDays(365))) + ".");
  }

  /** As slurmd runs it, which has no job to run yet. */
  private void hook(String name) {
    lab.on(
            NODE,
            "env",
            "SLURM_JOB_ID=" + HANDMADE,
            "SLURM_JOB_UID=0",
            "SLURM_JOB_USER=handmade",
            "SLURM_JOB_CPUS_PER_NODE=1",
            "SLURMD_NODENAME=" + NODE,
            "SLURM_JOB_EXIT_CODE=0",
            "/usr/libexec/sobre/" + name)
        .text();
  }

  private List<Map<String, Object>> linesOfThisBoot(String kind) {
    String boot = bootId();
    return lab.ledger(NODE, kind).stream().filter(line -> boot.equals(line.get("boot"))).toList();
  }

  private String bootId() {
    return lab.on(NODE, "cat", "/proc/sys/kernel/random/boot_id").text();
  }

  private static Instant instant(Map<String, Object> line, String key) {
    return Instant.parse((String) requireNonNull(line.get(key)));
  }

  private long microseconds(String unit, String event) {
    return Long.parseLong(show(unit, event + "TimestampMonotonic"));
  }

  private String show(String unit, String property) {
    return lab.on(NODE, "systemctl", "show", "-P", property, unit).output().strip();
  }
}
