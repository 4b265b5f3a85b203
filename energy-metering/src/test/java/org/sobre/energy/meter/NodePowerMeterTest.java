package org.sobre.energy.meter;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sobre.energy.ledger.Quality;
import org.sobre.hardware.probe.SysRoot;
import org.sobre.hardware.units.Power;
import org.sobre.hardware.units.Reading.Reason;

class NodePowerMeterTest {

  /** As ipmitool prints it; see PROVENANCE.md. */
  private static final String PRINTED =
      """

          Instantaneous power reading:                   231 Watts
          Minimum during sampling period:                178 Watts
          Maximum during sampling period:                412 Watts
          Average power reading over sample period:      240 Watts
          IPMI timestamp:                           Sat Nov 21 09:00:00 2026
          Sampling period:                          00000001 Seconds.
          Power reading state is:                   activated

      """;

  @TempDir Path root;
  private final FakeClock clock = new FakeClock();
  private NodePowerMeter meter = meter(Runnable::run);

  @BeforeEach
  void open() {
    meter = meter(Runnable::run);
  }

  private NodePowerMeter meter(Executor reader) {
    PlausiblePower plausible =
        new PlausiblePower("node/bmc", OptionalInt.empty(), new Power(20_000_000_000L));
    Path here = root == null ? Path.of("/nowhere") : root;
    NodePowerFiles files = new NodePowerFiles(new SysRoot(here), clock, plausible);
    return new NodePowerMeter(files::read, clock, Duration.ofSeconds(3), reader, () -> {});
  }

  @Test
  void aNodeWithoutSuchAMeterHasNoneUntilItComes() throws IOException {
    assertThat(meter.poll()).isEmpty();
    assertThat(meter.meters()).isEmpty();

    acpi("hwmon3", "231000000");
    clock.pass(59_000);
    meter.poll();
    assertThat(meter.meters()).as("looked for each minute").isEmpty();
    clock.pass(1_000);
    meter.poll();
    assertThat(meter.meters())
        .containsExactly(
            new MeterStatus(NodePowerMeter.BOARD, "acpi-power-meter", Optional.empty()));
  }

  @Test
  void whatAcpiToldLastCountsUntilTheNext() throws IOException {
    acpi("hwmon3", "231000000");
    assertThat(meter.poll()).as("one reading has no time").isEmpty();
    clock.pass(1_000);
    assertThat(meter.poll())
        .singleElement()
        .satisfies(
            interval -> {
              assertThat(interval.meter()).hasToString("node/bmc");
              assertThat(interval.quality()).isEqualTo(Quality.SAMPLED);
              assertThat(interval.energy().microjoules()).isEqualTo(231_000_000);
            });
    acpi("hwmon3", "400000000");
    clock.pass(500);
    assertThat(meter.poll())
        .extracting(interval -> interval.energy().microjoules() + " in " + interval.nanos())
        .containsExactly("200000000 in 500000000");
  }

  @Test
  void olderKernelsHaveTheFilesADirectoryBelow() throws IOException {
    Path device = root.resolve("sys/class/hwmon/hwmon0/device");
    Files.createDirectories(device);
    Files.writeString(device.resolve("name"), "power_meter\n");
    Files.writeString(device.resolve("power1_average"), "90000000\n");
    other("hwmon1", "coretemp");
    meter.poll();

    assertThat(meter.meters()).extracting(MeterStatus::missing).containsExactly(Optional.empty());
  }

  @Test
  void ofTwoMetersNobodyTellsWhichSeesTheNode() throws IOException {
    acpi("hwmon3", "231000000");
    acpi("hwmon4", "120000000");
    meter.poll();

    assertMissing(Reason.NOT_SUPPORTED);
  }

  /** 0xFFFFFFFF mW is what the kernel's driver says for unknown. */
  @ParameterizedTest
  @ValueSource(
      strings = {"", "N/A", "NaN", "-1", "4294967295000", "99999999999999999999", "20000000001"})
  void whatIsNoPowerIsAFault(String text) throws IOException {
    acpi("hwmon3", text);
    meter.poll();

    assertMissing(Reason.FAILED);
  }

  @Test
  void aNodeThatRunsDoesNotDrawNothing() throws IOException {
    acpi("hwmon3", "0");
    meter.poll();

    assertMissing(Reason.NOT_SUPPORTED);
  }

  @Test
  void aReportOfIpmiCountsForHalfAMinuteAtMost() throws IOException {
    clock.pass(100_000);
    report("uptime=" + seconds() + "\n" + PRINTED);
    meter.poll();
    int seen = 0;
    for (int second = 0; second < 40; second++) {
      clock.pass(1_000);
      List<MeteredInterval> intervals = meter.poll();
      assertThat(intervals)
          .allMatch(interval -> interval.energy().microjoules() == 231_000_000L)
          .allMatch(interval -> interval.nanos() == 1_000_000_000L);
      seen += intervals.size();
    }
    assertThat(seen).isEqualTo(30);
    assertMissing(Reason.TIMED_OUT);

    report("uptime=" + seconds() + "\n" + PRINTED);
    clock.pass(1_000);
    assertThat(meter.poll()).as("the gap is not filled").isEmpty();
    assertThat(meter.meters())
        .containsExactly(new MeterStatus(NodePowerMeter.BOARD, "ipmi-dcmi", Optional.empty()));
  }

  @Test
  void aBoardThatDoesNotMeasureSaysSoBesideANumber() throws IOException {
    report("uptime=0.00\n" + PRINTED.replace("  activated", "  deactivated"));
    meter.poll();
    assertMissing(Reason.NOT_SUPPORTED);
  }

  @Test
  void someBoardsSayZero() throws IOException {
    report("uptime=0.00\n" + PRINTED.replace("231 Watts", "  0 Watts"));
    meter.poll();
    assertMissing(Reason.NOT_SUPPORTED);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "uptime=0.00\n",
        "uptime=0.00\nCould not open device at /dev/ipmi0 or /dev/ipmi/0: No such file\n",
        "uptime=0.00\n    Instantaneous power reading:   N/A Watts\n",
        "uptime=soon\n    Instantaneous power reading:   231 Watts\n",
        "    Instantaneous power reading:   231 Watts\n"
      })
  void aReportThatTellsNoPowerIsAFault(String text) throws IOException {
    report(text);
    meter.poll();
    assertMissing(Reason.FAILED);
  }

  @Test
  void firmwareThatHangsIsMissingAfterHalfAMinuteAndCostsTheCallerNothing() throws IOException {
    Queue<Runnable> hung = new ArrayDeque<>();
    boolean[] hangs = {false};
    meter =
        meter(
            work -> {
              if (hangs[0]) {
                hung.add(work);
              } else {
                work.run();
              }
            });
    acpi("hwmon3", "231000000");
    meter.poll();
    hangs[0] = true;
    for (int second = 0; second < 40; second++) {
      clock.pass(1_000);
      meter.poll();
    }
    assertMissing(Reason.TIMED_OUT);
    assertThat(hung).as("not asked again before it has answered").hasSize(1);
  }

  /** The script that the timer runs, with an ipmitool of ours. */
  @Test
  void theScriptWritesWhatTheMeterReads() throws Exception {
    Path bin = Files.createDirectories(root.resolve("bin"));
    Path tool = bin.resolve("ipmitool");
    Files.writeString(
        tool, "#!/bin/sh\n[ \"$*\" = 'dcmi power reading' ] && cat <<END\n" + PRINTED + "END\n");
    Files.setPosixFilePermissions(tool, PosixFilePermissions.fromString("rwxr-xr-x"));
    Path directory = Files.createDirectories(root.resolve("run/sobre/node"));
    runScript(bin, directory);

    String written = Files.readString(directory.resolve("power"));
    assertThat(written).startsWith("uptime=").contains("231 Watts");
    assertThat(DcmiReport.parse(written).power().measured()).contains(new Power(231_000_000));
    assertThat(DcmiReport.parse(written).nanos()).isPresent();
    assertThat(directory.resolve("power.new")).doesNotExist();

    Files.writeString(tool, "#!/bin/sh\necho 'Could not open device at /dev/ipmi0' >&2\nexit 1\n");
    runScript(bin, directory);
    assertThat(Files.readString(directory.resolve("power"))).contains("Could not open device");
  }

  private static void runScript(Path bin, Path directory) throws Exception {
    ProcessBuilder script =
        new ProcessBuilder("/bin/sh", "../packaging/libexec/node-power", directory.toString());
    script.environment().put("PATH", bin + ":/usr/bin:/bin");
    Process process = script.inheritIO().start();
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isZero();
  }

  private String seconds() {
    return clock.nanosSinceBoot() / 1_000_000_000L + ".00";
  }

  private void assertMissing(Reason reason) {
    assertThat(meter.meters())
        .extracting(MeterStatus::missing)
        .containsExactly(Optional.of(reason));
  }

  private void acpi(String name, String power) throws IOException {
    Path monitor = other(name, "power_meter");
    Files.writeString(monitor.resolve("power1_average"), power + "\n");
  }

  private Path other(String hwmon, String name) throws IOException {
    Path monitor = Files.createDirectories(root.resolve("sys/class/hwmon").resolve(hwmon));
    Files.writeString(monitor.resolve("name"), name + "\n");
    return monitor;
  }

  private void report(String text) throws IOException {
    Path directory = Files.createDirectories(root.resolve("run/sobre/node"));
    Files.writeString(directory.resolve("power"), text);
  }
}
