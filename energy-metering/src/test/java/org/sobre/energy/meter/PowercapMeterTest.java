package org.sobre.energy.meter;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sobre.energy.ledger.MeterId;
import org.sobre.energy.ledger.Part;
import org.sobre.hardware.probe.SysRoot;
import org.sobre.hardware.units.Reading.Reason;

class PowercapMeterTest {

  private static final MeterId PACKAGE_0 = new MeterId(Part.CPU_PACKAGE, "0");

  @TempDir Path root;
  private final FakeClock clock = new FakeClock();
  private PowercapMeter meter = new PowercapMeter(SysRoot.machine(), clock, Duration.ZERO);

  @BeforeEach
  void open() {
    meter = new PowercapMeter(new SysRoot(root), clock, Duration.ofSeconds(3));
  }

  @Test
  void readsPackagesMemoryAndPlatformAndNothingThatAPackageContains() throws IOException {
    zone("intel-rapl:0", "package-0", "1000000", "262143328850");
    zone("intel-rapl:0:0", "core", "500000", "262143328850");
    zone("intel-rapl:0:1", "uncore", "500000", "262143328850");
    zone("intel-rapl:0:2", "dram", "500000", "65712999613");
    zone("intel-rapl:1", "package-1", "1000000", "262143328850");
    zone("intel-rapl:1:0", "dram", "700000", "65712999613");
    zone("intel-rapl:2", "psys", "3000000", "262143328850");
    zone("intel-rapl:3", "psys-1", "3000000", "262143328850");
    zone("intel-rapl-mmio:0", "package-0", "1000000", "262143328850");
    meter.poll();
    clock.pass(1_000);
    set("intel-rapl:0", "43000000");
    set("intel-rapl:1", "51000000");
    set("intel-rapl:0:2", "5500000");
    set("intel-rapl:1:0", "6700000");
    set("intel-rapl:2", "153000000");
    set("intel-rapl:3", "153000000");
    set("intel-rapl-mmio:0", "43000000");

    List<MeteredInterval> intervals = meter.poll();

    assertThat(intervals)
        .extracting(interval -> interval.meter() + " " + interval.energy().microjoules())
        .containsExactlyInAnyOrder(
            "cpu-package/0 42000000",
            "cpu-package/1 50000000",
            "dram/0 5000000",
            "dram/1 6000000",
            "node/psys 150000000");
    assertThat(meter.meters())
        .extracting(status -> status.meter() + " within " + status.within())
        .containsExactlyInAnyOrder(
            "cpu-package/0 within Optional[node/psys]",
            "cpu-package/1 within Optional[node/psys]",
            "dram/0 within Optional[node/psys]",
            "dram/1 within Optional[node/psys]",
            "node/psys within Optional.empty");
  }

  @Test
  void memoryIsBesideItsPackageWhereThereIsNoPlatform() throws IOException {
    zone("intel-rapl:0", "package-0", "0", "262143328850");
    zone("intel-rapl:0:0", "dram", "0", "65712999613");
    meter.poll();

    assertThat(meter.meters()).extracting(MeterStatus::within).containsOnly(Optional.empty());
  }

  @Test
  void diesHaveTheirOwnAndTwoZonesOfOneNameAreReadOnce() throws IOException {
    zone("intel-rapl:0", "package-0-die-0", "0", "262143328850");
    zone("intel-rapl:0:0", "dram", "0", "65712999613");
    zone("intel-rapl:0:1", "dram", "0", "65712999613");
    zone("intel-rapl:1", "package-0-die-1", "0", "262143328850");
    zone("intel-rapl:2", "package-0-die-1", "0", "262143328850");
    meter.poll();
    clock.pass(1_000);
    set("intel-rapl:0:0", "1000000");
    set("intel-rapl:0:1", "9000000");

    assertThat(meter.poll())
        .extracting(interval -> interval.meter() + " " + interval.energy().microjoules())
        .containsExactlyInAnyOrder(
            "cpu-package/0-die-0 0", "cpu-package/0-die-1 0", "dram/0-die-0 1000000");
  }

  /** As a laptop of 15 W has them: made for 15, set to 28 for long and 64 for short. */
  @Test
  void whatIsFourTimesMoreThanTheLargestOfItsLimitsIsMissing() throws IOException {
    zone("intel-rapl:0", "package-0", "0", "262143328850");
    limit("intel-rapl:0", "constraint_0_max_power_uw", "15000000");
    limit("intel-rapl:0", "constraint_0_power_limit_uw", "28000000");
    limit("intel-rapl:0", "constraint_1_power_limit_uw", "64000000");
    limitedTo(256);
  }

  /** 4 095 W is what firmware says that wants no limit. */
  @Test
  void aLimitThatIsNoneDoesNotCount() throws IOException {
    zone("intel-rapl:0", "package-0", "0", "262143328850");
    limit("intel-rapl:0", "constraint_0_max_power_uw", "0");
    limit("intel-rapl:0", "constraint_0_power_limit_uw", "4095875000");
    limitedTo(2_000);
  }

  private void limitedTo(long watts) throws IOException {
    meter.poll();
    clock.pass(1_000);
    set("intel-rapl:0", watts + "000000");
    assertThat(meter.poll()).hasSize(1);
    clock.pass(1_000);
    set("intel-rapl:0", 2 * watts + "000001");
    assertThat(meter.poll()).isEmpty();
    assertThat(meter.meters())
        .containsExactly(new MeterStatus(PACKAGE_0, "powercap", Optional.of(Reason.FAILED)));
  }

  private void limit(String zone, String file, String microwatts) throws IOException {
    Files.writeString(zonePath(zone).resolve(file), microwatts + "\n");
  }

  @Test
  void wrapsAround() throws IOException {
    zone("intel-rapl:0", "package-0", "262143000000", "262143328850");
    meter.poll();
    clock.pass(1_000);
    set("intel-rapl:0", "10000000");

    assertThat(meter.poll()).extracting(i -> i.energy().microjoules()).containsExactly(10_328_850L);
  }

  @Test
  void aMachineWithoutTheTreeHasNoSuchMeter() {
    assertThat(meter.poll()).isEmpty();
    assertThat(meter.meters()).isEmpty();
  }

  @Test
  void aZoneThatComesLateIsFound() throws IOException {
    meter.poll();
    zone("intel-rapl:0", "package-0", "0", "262143328850");
    meter.poll();

    assertThat(meter.meters())
        .containsExactly(new MeterStatus(PACKAGE_0, "powercap", Optional.empty()));
  }

  @Test
  void whatCannotBeReadIsMissingWithItsReasonAndNeverZero() throws IOException {
    zone("intel-rapl:0", "package-0", "1000000", "262143328850");
    meter.poll();
    clock.pass(1_000);
    set("intel-rapl:0", "no number");

    assertThat(meter.poll()).isEmpty();
    assertThat(meter.meters())
        .containsExactly(new MeterStatus(PACKAGE_0, "powercap", Optional.of(Reason.FAILED)));

    clock.pass(1_000);
    set("intel-rapl:0", "3000000");
    assertThat(meter.poll())
        .as("the counter ran on meanwhile")
        .extracting(interval -> interval.energy().microjoules() + " uJ in " + interval.nanos())
        .containsExactly("2000000 uJ in 2000000000");

    Files.delete(zonePath("intel-rapl:0").resolve("energy_uj"));
    meter.poll();
    assertThat(meter.meters())
        .extracting(MeterStatus::missing)
        .containsExactly(Optional.of(Reason.NOT_PRESENT));
  }

  @Test
  void aZoneWhoseFirmwareTellsNoRangeIsReadLikeTheOthers() throws IOException {
    zone("intel-rapl:0", "package-0", "1000000", "0");
    meter.poll();
    clock.pass(1_000);
    set("intel-rapl:0", "3000000");
    assertThat(meter.poll()).hasSize(1);
    clock.pass(1_000);
    set("intel-rapl:0", "0");
    assertThat(meter.poll()).as("nothing tells where it went back").isEmpty();
    assertThat(meter.meters())
        .extracting(MeterStatus::missing)
        .containsExactly(Optional.of(Reason.FAILED));
  }

  private void zone(String zone, String name, String energy, String range) throws IOException {
    Files.createDirectories(zonePath(zone));
    Files.writeString(zonePath(zone).resolve("name"), name + "\n");
    Files.writeString(zonePath(zone).resolve("max_energy_range_uj"), range + "\n");
    set(zone, energy);
  }

  private void set(String zone, String energy) throws IOException {
    Files.writeString(zonePath(zone).resolve("energy_uj"), energy + "\n");
  }

  private Path zonePath(String zone) {
    return root.resolve("sys/class/powercap").resolve(zone);
  }
}
