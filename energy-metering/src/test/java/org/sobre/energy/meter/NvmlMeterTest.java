package org.sobre.energy.meter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.ExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sobre.energy.ledger.Quality;
import org.sobre.hardware.gpu.nvidia.nvml.FakeNvml;
import org.sobre.hardware.probe.SysRoot;
import org.sobre.hardware.units.Energy;
import org.sobre.hardware.units.PciAddress;
import org.sobre.hardware.units.Reading.Reason;

/** Down to a shared library, through the real JNA: {@link FakeNvml}. */
@Timeout(60)
class NvmlMeterTest {

  private static final PciAddress A = SleepingCard.ADDRESS;
  private static final PciAddress B = new PciAddress(0, 0x65, 0, 0);

  @TempDir Path directory;
  @TempDir Path root;
  private final FakeClock clock = new FakeClock();
  private final Map<String, CounterTrust> trusts = new HashMap<>();
  private final List<NvmlMeter> made = new ArrayList<>();
  private final Map<String, Integer> tdpWatts = new HashMap<>();
  private FakeNvml fake;
  private long millis;

  @BeforeEach
  void twoCardsOf100And50Watts() throws IOException {
    fake = FakeNvml.compile(directory);
    furnish();
  }

  private void furnish() {
    fake.put("cards", A + " GPU-a NVIDIA L40S\n" + B + " GPU-b NVIDIA L40S\n");
    fake.put("power.0", "0 100000\n");
    fake.put("power.1", "0 50000\n");
    fake.put("busy.0", "100\n");
    fake.put("used.0", "1073741824\n");
    fake.put("clock", "0\n");
  }

  @AfterEach
  void close() {
    fake.remove("fault.nvmlDeviceGetPowerUsage");
    made.forEach(Meter::close);
  }

  private NvmlMeter meter() {
    return meter(new AtOnce());
  }

  private NvmlMeter meter(ExecutorService thread) {
    Map<String, PciAddress> cards = Map.of("GPU-a", A, "GPU-b", B);
    cards
        .keySet()
        .forEach(
            uuid -> trusts.computeIfAbsent(uuid, any -> new CounterTrust(0.1, Optional.empty())));
    NvmlMeter meter =
        new NvmlMeter(
            fake::open,
            cards,
            new SleepingCards(new SysRoot(root), clock, cards),
            clock,
            Duration.ofSeconds(3),
            new PlausiblePowers(tdpWatts),
            trusts,
            thread);
    made.add(meter);
    return meter;
  }

  private void pass(long ms) {
    clock.pass(ms);
    millis += ms;
    fake.put("clock", millis + "\n");
  }

  private List<MeteredInterval> seconds(Meter meter, int count) {
    List<MeteredInterval> seen = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      pass(1_000);
      seen.addAll(meter.poll());
    }
    return seen;
  }

  private static long microjoules(List<MeteredInterval> intervals, String uuid, Quality quality) {
    return intervals.stream()
        .filter(i -> i.meter().device().equals(uuid) && i.quality() == quality)
        .mapToLong(i -> i.energy().microjoules())
        .sum();
  }

  private static Optional<Reason> missing(Meter meter, int card) {
    return meter.meters().get(card).missing();
  }

  @Test
  void theCounterIsReadAndThePowerStandsBeside() {
    NvmlMeter meter = meter();
    assertThat(meter.poll()).as("a first reading is a base").isEmpty();
    List<MeteredInterval> seen = seconds(meter, 10);

    assertThat(seen).hasSize(20).allMatch(i -> i.quality() == Quality.COUNTER);
    assertThat(microjoules(seen, "GPU-a", Quality.COUNTER)).isEqualTo(1_000_000_000L);
    assertThat(microjoules(seen, "GPU-b", Quality.COUNTER)).isEqualTo(500_000_000L);
    MeteredInterval last = seen.get(18);
    assertThat(last.beside()).contains(Energy.ofMicrojoules(100_000_000));
    assertThat(last.load())
        .contains(
            new MeteredInterval.Load(
                Optional.of(true),
                OptionalLong.of(1_024),
                OptionalLong.of(100_000),
                OptionalInt.of(100)));
    assertThat(meter.meters()).extracting(MeterStatus::source).containsOnly("nvml-energy");
  }

  /** Steps and bursts between readings: a counter sees them, whatever is sampled. */
  @Test
  void aPowerThatChangesBetweenReadingsIsCountedToTheMillijoule() {
    StringBuilder function = new StringBuilder("0 0\n");
    long truthMillijoules = 0;
    long before = 0;
    for (int i = 1; i <= 300; i++) {
      long at = i * 370L;
      long power = i % 3 == 0 ? 300_000 : 60_000 + i * 7L;
      function.append(at).append(' ').append(power).append('\n');
    }
    fake.put("power.0", function.toString());
    NvmlMeter meter = meter();
    meter.poll();
    List<MeteredInterval> seen = seconds(meter, 100);
    for (int i = 1; i <= 300; i++) {
      long power = i % 3 == 0 ? 300_000 : 60_000 + i * 7L;
      long until = Math.min(100_000, (i + 1) * 370L);
      truthMillijoules += Math.max(0, until - i * 370L) * power / 1;
      before = until;
    }
    assertThat(before).isEqualTo(100_000);
    assertThat(microjoules(seen, "GPU-a", Quality.COUNTER))
        .isBetween(truthMillijoules - 1_000, truthMillijoules + 1_000);
  }

  @Test
  void aCounterThatLiesIsPaidUntilTheVerdictAndThePowerFromThere() {
    fake.put("counter.0", "174 100 0\n");
    NvmlMeter meter = meter();
    meter.poll();
    List<MeteredInterval> seen = seconds(meter, 100);

    assertThat(microjoules(seen, "GPU-a", Quality.COUNTER)).isEqualTo(59 * 174_000_000L);
    assertThat(microjoules(seen, "GPU-a", Quality.SAMPLED)).isEqualTo(41 * 100_000_000L);
    assertThat(microjoules(seen, "GPU-b", Quality.COUNTER)).isEqualTo(100 * 50_000_000L);
    assertThat(noTimeTwice(seen)).isTrue();
    assertThat(seen.get(seen.size() - 2).beside())
        .as("the counter is still compared")
        .contains(Energy.ofMicrojoules(174_000_000));
    assertThat(meter.meters())
        .extracting(MeterStatus::source)
        .containsExactly("nvml-power", "nvml-energy");
    meter.close();

    NvmlMeter again = meter();
    again.poll();
    assertThat(seconds(again, 5))
        .filteredOn(i -> i.meter().device().equals("GPU-a"))
        .hasSize(5)
        .as("a verdict outlives the meter")
        .allMatch(i -> i.quality() == Quality.SAMPLED);
  }

  private static boolean noTimeTwice(List<MeteredInterval> intervals) {
    Map<String, Long> until = new HashMap<>();
    for (MeteredInterval interval : intervals) {
      Long before = until.put(interval.meter().device(), interval.toNanos());
      if (before != null && interval.fromNanos() < before) {
        return false;
      }
    }
    return true;
  }

  /** Of 300 W by its catalogue: 2 kW are none, and a counter that says so is none either. */
  @Test
  void aCounterThatTellsMoreThanTheCardCanDrawIsNoneAfterTenSeconds() {
    tdpWatts.put("GPU-a", 300);
    fake.put("counter.0", "20 1 0\n");
    NvmlMeter meter = meter();
    meter.poll();
    List<MeteredInterval> seen = seconds(meter, 30);

    assertThat(microjoules(seen, "GPU-a", Quality.COUNTER)).isZero();
    assertThat(microjoules(seen, "GPU-a", Quality.SAMPLED)).isEqualTo(21 * 100_000_000L);
    assertThat(microjoules(seen, "GPU-b", Quality.COUNTER)).isEqualTo(30 * 50_000_000L);
  }

  /** It starts with 15 W, and nobody has published its design power: 60 W are its most. */
  @Test
  void aCardThatTellsMoreThanFourTimesItsLimitIsMissing() {
    fake.put("limit.0", "15000\n");
    NvmlMeter meter = meter();
    meter.poll();
    List<MeteredInterval> seen = seconds(meter, 12);

    assertThat(seen).noneMatch(i -> i.meter().device().equals("GPU-a"));
    assertThat(missing(meter, 0)).contains(Reason.FAILED);
    assertThat(missing(meter, 1)).isEmpty();
    fake.put("power.0", "0 59000\n");
    assertThat(microjoules(seconds(meter, 5), "GPU-a", Quality.SAMPLED)).isPositive();
    assertThat(missing(meter, 0)).isEmpty();
  }

  /** Read at a job's mark, 20 ms after the reading before, of a counter that ticks each 100 ms. */
  @Test
  void aTickOfTheCounterWithinMillisecondsIsNoLeap() {
    tdpWatts.put("GPU-a", 100);
    NvmlMeter meter = meter();
    meter.poll();
    seconds(meter, 1);
    fake.put("counter.0", "1 1 8000\n");
    pass(20);
    assertThat(microjoules(meter.poll(), "GPU-a", Quality.COUNTER)).isEqualTo(10_000_000L);
  }

  /** NVML_VALUE_NOT_AVAILABLE. */
  @Test
  void aCardThatDoesNotTellItsMemoryIsReadAllTheSame() {
    fake.put("used.0", "-1\n");
    NvmlMeter meter = meter();
    meter.poll();
    List<MeteredInterval> seen = seconds(meter, 2);

    assertThat(microjoules(seen, "GPU-a", Quality.COUNTER)).isEqualTo(200_000_000L);
    assertThat(microjoules(seen, "GPU-b", Quality.COUNTER)).isEqualTo(100_000_000L);
    assertThat(seen.get(0).load().orElseThrow().memoryUsedMebibytes()).isEmpty();
    assertThat(meter.unusable()).isEmpty();
  }

  @Test
  void aFrozenCounterIsFoundInTenSeconds() {
    fake.put("counter.0", "1 1 777000 frozen\n");
    NvmlMeter meter = meter();
    meter.poll();
    List<MeteredInterval> seen = seconds(meter, 30);
    assertThat(microjoules(seen, "GPU-a", Quality.SAMPLED)).isEqualTo(21 * 100_000_000L);
  }

  @ParameterizedTest
  @ValueSource(longs = {-600_000, 4_000_000_000_000L})
  void aCounterThatWasSetIsANewBaseAndNoEnergy(long offset) {
    NvmlMeter meter = meter();
    fake.put("counter.0", "1 1 600000\n");
    meter.poll();
    seconds(meter, 5);
    fake.put("counter.0", "1 1 " + (600_000 + offset) + "\n");
    List<MeteredInterval> seen = seconds(meter, 5);
    assertThat(microjoules(seen, "GPU-a", Quality.COUNTER)).isEqualTo(4 * 100_000_000L);
    assertThat(microjoules(seen, "GPU-a", Quality.SAMPLED)).isZero();
  }

  @Test
  void aGapInTheReadingsIsNoEnergy() {
    NvmlMeter meter = meter();
    meter.poll();
    pass(3_001);
    assertThat(meter.poll()).isEmpty();
    assertThat(seconds(meter, 1)).hasSize(2);
  }

  @Test
  void aCardOlderThanVoltaHasItsPowerIntegrated(@TempDir Path other) throws IOException {
    fake = FakeNvml.compile(other, "BEFORE_VOLTA", "BEFORE_FIELDS", "BEFORE_MEMORY_V2");
    furnish();
    NvmlMeter meter = meter();
    meter.poll();
    List<MeteredInterval> seen = seconds(meter, 10);
    assertThat(microjoules(seen, "GPU-a", Quality.SAMPLED)).isEqualTo(1_000_000_000L);
    assertThat(seen).allMatch(i -> i.beside().isEmpty());
    assertThat(meter.meters()).extracting(MeterStatus::source).containsOnly("nvml-power");
  }

  @Test
  void aModuleWithAProcessorIsNotCounted() {
    fake.put("cards", A + " GPU-a NVIDIA GH200 480GB\n" + B + " GPU-b NVIDIA L40S\n");
    NvmlMeter meter = meter();
    meter.poll();
    List<MeteredInterval> seen = seconds(meter, 5);
    assertThat(microjoules(seen, "GPU-a", Quality.SAMPLED)).isEqualTo(500_000_000L);
    assertThat(fake.trace()).doesNotContain("nvmlDeviceGetTotalEnergyConsumption 0");
  }

  @ParameterizedTest
  @CsvSource({
    "15, FAILED",
    "16, FAILED",
    "4, NO_PERMISSION",
    "17, NO_PERMISSION",
    "3, NOT_SUPPORTED"
  })
  void oneSickCardLeavesTheOther(int code, Reason reason) {
    NvmlMeter meter = meter();
    meter.poll();
    seconds(meter, 2);
    for (String call :
        List.of(
            "nvmlDeviceGetTotalEnergyConsumption",
            "nvmlDeviceGetFieldValues",
            "nvmlDeviceGetPowerUsage",
            "nvmlDeviceGetUtilizationRates")) {
      fake.put("fault." + call + ".0", code + "\n");
    }
    List<MeteredInterval> seen = seconds(meter, 5);
    assertThat(seen).hasSize(5).allMatch(i -> i.meter().device().equals("GPU-b"));
    assertThat(missing(meter, 0)).contains(reason);
    assertThat(missing(meter, 1)).isEmpty();
    assertThat(meter.unusable()).isEmpty();

    fake.trace().stream()
        .map(call -> call.split(" ", 2)[0])
        .distinct()
        .forEach(call -> fake.remove("fault." + call + ".0"));
    seconds(meter, 1);
    assertThat(microjoules(seconds(meter, 5), "GPU-a", Quality.COUNTER))
        .as("once it is well again; what it said not to have is not asked")
        .isEqualTo(code == 3 ? 0 : 500_000_000L);
  }

  @Test
  void aCounterThatFailsAloneIsReplacedByThePower() {
    NvmlMeter meter = meter();
    meter.poll();
    seconds(meter, 2);
    fake.put("fault.nvmlDeviceGetTotalEnergyConsumption.0", "999\n");
    List<MeteredInterval> seen = seconds(meter, 10);
    assertThat(microjoules(seen, "GPU-a", Quality.COUNTER)).isZero();
    assertThat(microjoules(seen, "GPU-a", Quality.SAMPLED)).isBetween(500_000_000L, 700_000_000L);
    fake.remove("fault.nvmlDeviceGetTotalEnergyConsumption.0");
    assertThat(seconds(meter, 5))
        .filteredOn(i -> i.meter().device().equals("GPU-a"))
        .allMatch(i -> i.quality() == Quality.SAMPLED);
  }

  @Test
  void anotherCardAtItsAddressIsNotIt() {
    fake.put("cards", A + " GPU-z NVIDIA L40S\n" + B + " GPU-b NVIDIA L40S\n");
    NvmlMeter meter = meter();
    meter.poll();
    assertThat(seconds(meter, 2)).allMatch(i -> i.meter().device().equals("GPU-b"));
    assertThat(missing(meter, 0)).contains(Reason.NOT_PRESENT);
  }

  @ParameterizedTest
  @CsvSource({"1, FAILED", "9, NOT_PRESENT", "18, FAILED"})
  void aDriverThatHasGoneEndsTheLibrary(int code, Reason reason) {
    NvmlMeter meter = meter();
    meter.poll();
    fake.put("fault.nvmlDeviceGetTotalEnergyConsumption", code + "\n");
    assertThat(seconds(meter, 1)).isEmpty();
    assertThat(meter.unusable().orElseThrow()).contains("(" + code + ")");
    assertThat(missing(meter, 0)).contains(reason);
    int calls = fake.trace().size();
    seconds(meter, 3);
    assertThat(fake.trace()).hasSize(calls).last().isEqualTo("nvmlShutdown");
  }

  @Test
  void aSleepingCardIsNeverTouched() throws IOException {
    SleepingCard card = new SleepingCard(root);
    card.status("suspended");
    NvmlMeter meter = meter();
    meter.poll();
    assertThat(seconds(meter, 5)).hasSize(5).allMatch(i -> i.meter().device().equals("GPU-b"));
    assertThat(missing(meter, 0)).contains(Reason.SUSPENDED);
    assertThat(fake.trace()).noneMatch(call -> call.endsWith(" 0"));

    card.status("active");
    seconds(meter, 1);
    assertThat(seconds(meter, 1)).hasSize(2);
    assertThat(missing(meter, 0)).isEmpty();
  }

  @Test
  void anIdleCardIsLetGoOfAndTheCounterOfTheOtherLosesNothing() throws IOException {
    new SleepingCard(root);
    fake.put("busy.0", "0\n");
    NvmlMeter meter = meter();
    meter.poll();
    List<MeteredInterval> seen = seconds(meter, 90);
    assertThat(missing(meter, 0)).contains(Reason.SUSPENDED);
    assertThat(fake.trace()).contains("nvmlShutdown");
    assertThat(microjoules(seen, "GPU-b", Quality.COUNTER)).isEqualTo(90 * 50_000_000L);
  }

  @Test
  void closingGivesEverythingBack() {
    NvmlMeter meter = meter(NvmlMeter.newThread());
    await()
        .until(
            () -> {
              pass(100);
              meter.poll();
              return meter.answers();
            });
    meter.close();
    await().until(meter::holdsNothing);
    assertThat(fake.trace()).last().isEqualTo("nvmlShutdown");
  }

  @Test
  void aCallThatHangsHoldsUpNobody() {
    NvmlMeter meter = meter(NvmlMeter.newThread());
    await()
        .until(
            () -> {
              pass(100);
              meter.poll();
              return meter.answers();
            });
    fake.put("fault.nvmlDeviceGetTotalEnergyConsumption.0", "hang\n");
    await()
        .until(
            () -> {
              pass(100);
              meter.poll();
              return missing(meter, 0).equals(Optional.of(Reason.TIMED_OUT));
            });
    assertThat(missing(meter, 1)).contains(Reason.TIMED_OUT);
    assertThat(meter.unusable()).isEmpty();
    seconds(meter, 31);
    assertThat(meter.unusable().orElseThrow()).contains("has not answered");
    assertThat(missing(meter, 0)).contains(Reason.TIMED_OUT);
    assertTimeout(Duration.ofSeconds(1), meter::close, "other meters wait meanwhile");
    assertThat(meter.holdsNothing()).as("a call hangs").isFalse();

    fake.remove("fault.nvmlDeviceGetTotalEnergyConsumption.0");
    await().until(meter::holdsNothing);
    assertThat(fake.trace()).last().isEqualTo("nvmlShutdown");
  }
}
