package org.sobre.energy.meter;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sobre.energy.ledger.Quality;
import org.sobre.hardware.probe.SysRoot;
import org.sobre.hardware.units.Power;
import org.sobre.hardware.units.Reading.Reason;

class ModelledCpuMeterTest {

  private static final String X5650 = "Intel(R) Xeon(R) CPU           X5650  @ 2.67GHz";

  @TempDir Path root;
  private final FakeClock clock = new FakeClock();
  private boolean hasCounters;

  private ModelledCpuMeter meter(OptionalInt configured) {
    return new ModelledCpuMeter(
        new SysRoot(root), clock, Duration.ofSeconds(3), configured, () -> hasCounters);
  }

  /** Two packages of 95 W: 57 W idle, 190 W busy; half of the time busy makes 123.5 W. */
  @Test
  void idleIsThirtyPercentOfTheDesignPowerAndTheRestGoesByLoad() throws IOException {
    cpuinfo(X5650, "fpu vme", 2);
    ModelledCpuMeter meter = meter(OptionalInt.empty());
    stat(100, 0, 100, 1_000, 50, 0, 0, 0);
    assertThat(meter.poll()).isEmpty();
    clock.pass(1_000);
    stat(100, 0, 100, 1_150, 100, 0, 0, 0);
    assertThat(meter.poll())
        .singleElement()
        .satisfies(
            interval -> {
              assertThat(interval.meter()).hasToString("cpu-package/all");
              assertThat(interval.quality()).isEqualTo(Quality.MODELLED);
              assertThat(interval.energy().microjoules()).isEqualTo(57_000_000);
              assertThat(interval.nanos()).isEqualTo(1_000_000_000L);
            });
    clock.pass(2_000);
    stat(130, 20, 130, 1_240, 110, 10, 10, 400);
    assertThat(meter.poll())
        .as("busy in user, nice, system, irq and softirq; stolen time is another's")
        .extracting(interval -> interval.energy().microjoules())
        .containsExactly(2 * 123_500_000L);
    clock.pass(1_000);
    stat(330, 20, 130, 1_240, 110, 10, 10, 400);
    assertThat(meter.poll())
        .extracting(interval -> interval.energy().microjoules())
        .containsExactly(190_000_000L);
    assertThat(meter.meters())
        .extracting(status -> status.source() + " " + status.missing())
        .containsExactly("tdp-model " + Optional.empty());
  }

  @Test
  void whereThereIsACounterThereIsNoModel() throws IOException {
    cpuinfo(X5650, "fpu vme", 2);
    ModelledCpuMeter meter = meter(OptionalInt.of(95));
    stat(0, 0, 0, 100, 0, 0, 0, 0);
    meter.poll();
    hasCounters = true;
    clock.pass(1_000);
    stat(0, 0, 0, 200, 0, 0, 0, 0);

    assertThat(meter.poll()).isEmpty();
    assertThat(meter.meters()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "Intel(R) Xeon(R) CPU           X5650  @ 2.67GHz, 95",
    "Intel(R) Xeon(R) CPU           E5520  @ 2.27GHz, 80",
    "Intel(R) Xeon(R) CPU           L5640  @ 2.27GHz, 60",
    "Intel(R) Xeon(R) CPU E5-2680 v3 @ 2.50GHz, ",
    "Intel(R) Xeon(R) CPU           E5335  @ 2.00GHz, ",
    "AMD Opteron(tm) Processor 6128, "
  })
  void aModelThatIsNotKnownHasNoMeter(String model, Integer watts) throws IOException {
    cpuinfo(model, "fpu vme", 1);

    assertThat(CpuTdp.of(new SysRoot(root), OptionalInt.empty()))
        .isEqualTo(Optional.ofNullable(watts).map(known -> new Power(known * 1_000_000L)));
    ModelledCpuMeter meter = meter(OptionalInt.empty());
    stat(0, 0, 0, 100, 0, 0, 0, 0);
    meter.poll();
    assertThat(meter.meters()).hasSize(watts == null ? 0 : 1);
  }

  @Test
  void whatIsConfiguredHoldsBeforeWhatIsKnown() throws IOException {
    cpuinfo(X5650, "fpu vme", 2);
    assertThat(CpuTdp.of(new SysRoot(root), OptionalInt.of(130))).contains(new Power(260_000_000));
  }

  @Test
  void aVirtualMachineHasAPartOfAProcessorThatNobodyKnows() throws IOException {
    cpuinfo(X5650, "fpu vme hypervisor lahf_lm", 1);

    assertThat(CpuTdp.of(new SysRoot(root), OptionalInt.empty())).isEmpty();
    assertThat(CpuTdp.of(new SysRoot(root), OptionalInt.of(20))).contains(new Power(20_000_000));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "cpu  1 2 3", "cpu  a b c d e f g h", "intr 1 2 3 4 5 6 7 8"})
  void aStatThatIsNoneIsAFaultAndNotZero(String text) throws IOException {
    cpuinfo(X5650, "fpu vme", 1);
    ModelledCpuMeter meter = meter(OptionalInt.empty());
    stat(0, 0, 0, 100, 0, 0, 0, 0);
    meter.poll();
    clock.pass(1_000);
    Files.writeString(root.resolve("proc/stat"), text + "\n");

    assertThat(meter.poll()).isEmpty();
    assertThat(meter.meters())
        .extracting(MeterStatus::missing)
        .containsExactly(Optional.of(Reason.FAILED));
  }

  @Test
  void aMomentWithoutATickIsToldOfWithTheNextAndAGapNever() throws IOException {
    cpuinfo(X5650, "fpu vme", 1);
    ModelledCpuMeter meter = meter(OptionalInt.empty());
    stat(0, 0, 0, 100, 0, 0, 0, 0);
    meter.poll();
    clock.pass(5);
    assertThat(meter.poll()).isEmpty();
    clock.pass(995);
    stat(0, 0, 0, 200, 0, 0, 0, 0);
    assertThat(meter.poll()).extracting(MeteredInterval::nanos).containsExactly(1_000_000_000L);
    clock.pass(4_000);
    stat(0, 0, 0, 600, 0, 0, 0, 0);
    assertThat(meter.poll()).isEmpty();
  }

  private void stat(long... columns) throws IOException {
    StringBuilder line = new StringBuilder("cpu ");
    for (long column : columns) {
      line.append(' ').append(column);
    }
    Files.createDirectories(root.resolve("proc"));
    Files.writeString(
        root.resolve("proc/stat"), line + " 0 0\ncpu0 1 2 3 4 5 6 7 8 0 0\nintr 12\n");
  }

  private void cpuinfo(String model, String flags, int packages) throws IOException {
    StringBuilder text = new StringBuilder();
    for (int cpu = 0; cpu < 4; cpu++) {
      text.append("processor\t: ").append(cpu).append("\nmodel name\t: ").append(model);
      text.append("\nphysical id\t: ").append(cpu % packages);
      text.append("\nflags\t\t: ").append(flags).append("\n\n");
    }
    Files.createDirectories(root.resolve("proc"));
    Files.writeString(root.resolve("proc/cpuinfo"), text.toString());
  }
}
