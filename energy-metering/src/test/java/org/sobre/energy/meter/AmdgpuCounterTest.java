package org.sobre.energy.meter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sobre.energy.ledger.Quality;
import org.sobre.hardware.probe.SysRoot;
import org.sobre.hardware.units.PciAddress;
import org.sobre.hardware.units.Reading;
import org.sobre.hardware.units.Reading.Reason;

/** The counter in gpu_metrics, of files made by the kernel's layouts: none was recorded. */
class AmdgpuCounterTest {

  /** 2^-16 J each: 65 536 a joule. */
  private static final long UNITS_PER_JOULE = 65_536;

  @TempDir Path root;
  private final FakeClock clock = new FakeClock();
  private Path device = Path.of("/nowhere");
  private PciAddress card = new PciAddress(0, 0, 0, 0);
  private final Map<String, CounterTrust> trusts = new HashMap<>();
  private AmdgpuHwmonMeter meter = meter(Map.of());

  @BeforeEach
  void aCardThatDrawsAHundredWatts() throws IOException {
    RecordedSysfs sysfs = new RecordedSysfs(root);
    card = sysfs.add("rx6900xt");
    device = sysfs.device(card);
    try (var monitors = Files.newDirectoryStream(device.resolve("hwmon"))) {
      Files.writeString(monitors.iterator().next().resolve("power1_average"), "100000000\n");
    }
    meter = meter(Map.of("AMD-a", card));
  }

  private AmdgpuHwmonMeter meter(Map<String, PciAddress> cards) {
    Map<String, Callable<AmdgpuReading>> reads = new HashMap<>();
    PlausiblePowers powers = new PlausiblePowers(Map.of("AMD-a", 300));
    cards.forEach(
        (id, address) -> {
          AmdgpuCard card = new AmdgpuCard(new SysRoot(root), address, powers.of(id));
          reads.put(id, () -> card.read(clock));
        });
    return new AmdgpuHwmonMeter(
        reads,
        clock,
        new MetersConfig(Duration.ofSeconds(1)),
        powers,
        trusts,
        Runnable::run,
        () -> {});
  }

  @ParameterizedTest
  @CsvSource({"1, 24", "2, 24", "3, 24", "4, 24", "5, 88", "6, 16", "7, 24"})
  void theCounterStandsWhereTheRevisionHasIt(int content, int at) {
    assertThat(GpuMetrics.energyMicrojoules(file(1, content, at, 3 * UNITS_PER_JOULE)))
        .isEqualTo(Reading.of(3_000_000L));
  }

  /** 15625/1024 uJ, exactly: not 15.3, nor 15.259. */
  @ParameterizedTest
  @CsvSource({"1, 15", "2, 30", "1024, 15625", "65536000000, 1000000000000", "65535, 999984"})
  void theUnitIsExact(long units, long microjoules) {
    assertThat(GpuMetrics.energyMicrojoules(file(1, 4, 24, units)))
        .isEqualTo(Reading.of(microjoules));
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -1, 0xFFFF_FFFFL})
  void aCounterThatIsNotSetIsNone(long units) {
    assertThat(reason(file(1, 4, 24, units))).isEqualTo(Reason.NOT_SUPPORTED);
  }

  @Test
  void whatIsNoSuchFileIsNone() {
    assertThat(reason(file(2, 3, 24, 5))).as("an APU's").isEqualTo(Reason.NOT_SUPPORTED);
    assertThat(reason(file(1, 0, 24, 5))).isEqualTo(Reason.NOT_SUPPORTED);
    assertThat(reason(file(1, 99, 24, 5))).as("of later").isEqualTo(Reason.NOT_SUPPORTED);
    assertThat(reason(new byte[3])).isEqualTo(Reason.FAILED);
    assertThat(reason(new byte[] {120, 0, 1, 4, 0, 0})).as("cut off").isEqualTo(Reason.FAILED);
    assertThat(reason(file(1, 4, 24, Long.MIN_VALUE))).isEqualTo(Reason.FAILED);
  }

  @Test
  void aCounterThatAgreesForAMinuteIsUsedFromThere() throws IOException {
    List<MeteredInterval> seen = run(120, 100, 0);

    assertThat(microjoules(seen, Quality.SAMPLED)).isEqualTo(59 * 100_000_000L);
    assertThat(microjoules(seen, Quality.COUNTER)).isEqualTo(61 * 100_000_000L);
    assertThat(meter.meters()).extracting(MeterStatus::source).containsExactly("amdgpu-energy");
  }

  /** At rocm-smi's rounded unit it would be right; at another rate it is not (amdsmi 38). */
  @Test
  void aCounterAtAWrongRateIsNeverUsed() throws IOException {
    List<MeteredInterval> seen = run(180, 120, 0);

    assertThat(microjoules(seen, Quality.COUNTER)).isZero();
    assertThat(microjoules(seen, Quality.SAMPLED)).isEqualTo(180 * 100_000_000L);
    assertThat(meter.meters()).extracting(MeterStatus::source).containsExactly("amdgpu-hwmon");
  }

  @Test
  void oneThatStandsIsNeverUsed() throws IOException {
    assertThat(microjoules(run(90, 0, 77), Quality.COUNTER)).isZero();
  }

  @Test
  void aVerdictOutlivesTheMeter() throws IOException {
    run(15, 0, 77);
    meter.close();
    meter = meter(Map.of("AMD-a", card));

    assertThat(microjoules(run(120, 100, 77), Quality.COUNTER)).isZero();
  }

  /** Its range is not known: a step back may be a wrap or a reset, and nobody saw how much. */
  @Test
  void oneThatGoesBackIsANewBaseAndTheOthersSecondsAreWhole() throws IOException {
    run(70, 100, 0);
    write(1, 4, 24, 12);
    clock.pass(1_000);
    assertThat(meter.poll()).isEmpty();
    write(1, 4, 24, 12 + 100 * UNITS_PER_JOULE);
    clock.pass(1_000);
    assertThat(meter.poll())
        .extracting(i -> i.quality() + " " + i.energy().microjoules())
        .containsExactly("COUNTER 100000000");
  }

  /** A 16th of a joule each second, to the microjoule: what each step cuts off, the next has. */
  @Test
  void nothingIsLostByRounding() throws IOException {
    long units = 1;
    List<MeteredInterval> seen = new ArrayList<>();
    for (int second = 0; second <= 200; second++) {
      write(1, 4, 24, units);
      seen.addAll(meter.poll());
      clock.pass(1_000);
      units += 100 * UNITS_PER_JOULE + 1;
    }
    long counted = microjoules(seen, Quality.COUNTER);
    long steps = seen.stream().filter(i -> i.quality() == Quality.COUNTER).count();
    assertThat(counted)
        .isBetween(steps * 100_000_000 + steps * 15, steps * 100_000_000 + steps * 16);
    assertThat(counted - steps * 100_000_000).isCloseTo(steps * 15_625 / 1_024, offset(1L));
  }

  private List<MeteredInterval> run(int seconds, long joulesPerSecond, long first)
      throws IOException {
    List<MeteredInterval> seen = new ArrayList<>();
    for (int second = 0; second <= seconds; second++) {
      write(1, 4, 24, (1_000 + first + second * joulesPerSecond) * UNITS_PER_JOULE);
      seen.addAll(meter.poll());
      if (second < seconds) {
        clock.pass(1_000);
      }
    }
    return seen;
  }

  private static long microjoules(List<MeteredInterval> intervals, Quality quality) {
    return intervals.stream()
        .filter(i -> i.quality() == quality)
        .mapToLong(i -> i.energy().microjoules())
        .sum();
  }

  private void write(int format, int content, int at, long units) throws IOException {
    Files.write(device.resolve("gpu_metrics"), file(format, content, at, units));
  }

  private static byte[] file(int format, int content, int at, long units) {
    int size = 120;
    ByteBuffer bytes = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < size; i++) {
      bytes.put(i, (byte) 0xFF);
    }
    bytes.putShort(0, (short) size).put(2, (byte) format).put(3, (byte) content);
    return bytes.putLong(at, units).array();
  }

  private static Reason reason(byte[] file) {
    return ((Reading.Unavailable<Long>) GpuMetrics.energyMicrojoules(file)).reason();
  }
}
