package org.sobre.energy.meter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sobre.energy.ledger.MeterId;
import org.sobre.energy.ledger.Part;
import org.sobre.energy.ledger.Quality;
import org.sobre.hardware.probe.SysRoot;
import org.sobre.hardware.units.PciAddress;
import org.sobre.hardware.units.Reading.Reason;

class AmdgpuHwmonMeterTest {

  private static final MetersConfig CONFIG = new MetersConfig(Duration.ofSeconds(1));
  private static final PlausiblePowers POWERS = new PlausiblePowers(Map.of());
  private static final Executor AT_ONCE = Runnable::run;
  private static final PlausiblePower ANY_POWER =
      new PlausiblePower("AMD-a", OptionalInt.of(1_000));

  @TempDir Path root;
  private final FakeClock clock = new FakeClock();
  private RecordedSysfs sysfs = new RecordedSysfs(Path.of("/"));
  private PlausiblePower plausible = ANY_POWER;

  @BeforeEach
  void open() {
    sysfs = new RecordedSysfs(root);
  }

  @ParameterizedTest
  @CsvSource({
    "rx6900xt, 36000000, 3, 637, 36000, 56",
    "vega56, 8000000, 0, 15, 8000, 38",
    "rx7900xtx, 68000000, 3, , 68000, 53"
  })
  void readsARecordedCard(
      String recording,
      long microjoules,
      int busyPercent,
      Long usedMebibytes,
      long milliwatts,
      int celsius) {
    AmdgpuHwmonMeter meter = meter(Map.of("AMD-a", sysfs.add(recording)), AT_ONCE);
    assertThat(meter.poll()).as("one power alone has no time").isEmpty();
    clock.pass(1_000);

    assertThat(meter.poll())
        .singleElement()
        .satisfies(
            interval -> {
              assertThat(interval.meter()).isEqualTo(new MeterId(Part.GPU, "AMD-a"));
              assertThat(interval.energy().microjoules()).isEqualTo(microjoules);
              assertThat(interval.quality()).isEqualTo(Quality.SAMPLED);
              assertThat(interval.load())
                  .contains(
                      new MeteredInterval.Load(
                          Optional.of(busyPercent > 0),
                          usedMebibytes == null
                              ? OptionalLong.empty()
                              : OptionalLong.of(usedMebibytes),
                          OptionalLong.of(milliwatts),
                          OptionalInt.of(busyPercent),
                          OptionalInt.of(celsius)));
            });
    assertThat(meter.meters())
        .containsExactly(
            new MeterStatus(new MeterId(Part.GPU, "AMD-a"), "amdgpu-hwmon", Optional.empty()));
  }

  @Test
  void anApuIsLeftToTheMeterOfItsCpuPackage() {
    AmdgpuHwmonMeter meter = meter(Map.of("AMD-a", sysfs.add("phoenix")), AT_ONCE);

    seconds(meter, 3, 0);

    assertMissing(meter, Reason.NOT_SUPPORTED);
  }

  @Test
  void aCardWithoutAveragesTellsItsInput() throws IOException {
    PciAddress card = sysfs.add("rx6900xt");
    Files.move(hwmon(card, "power1_average"), hwmon(card, "power1_input"));
    AmdgpuHwmonMeter meter = meter(Map.of("AMD-a", card), AT_ONCE);
    meter.poll();

    seconds(meter, 2, 2);
  }

  @Test
  void theSecondDieOfAModuleWithoutAnyPowerIsMissingAndNotZero() throws IOException {
    PciAddress card = sysfs.add("rx6900xt");
    Files.delete(hwmon(card, "power1_average"));
    AmdgpuHwmonMeter meter = meter(Map.of("AMD-a", card), AT_ONCE);

    seconds(meter, 3, 0);

    assertMissing(meter, Reason.NOT_SUPPORTED);
  }

  @Test
  void aDieWhosePowerFileSaysNothingButZeroIsMissingToo() throws IOException {
    PciAddress card = sysfs.add("rx6900xt");
    Files.writeString(hwmon(card, "power1_average"), "0\n");
    AmdgpuHwmonMeter meter = meter(Map.of("AMD-a", card), AT_ONCE);

    seconds(meter, 3, 0);

    assertMissing(meter, Reason.NOT_SUPPORTED);
  }

  @Test
  void aUtilisationBeyondAllIsNone() throws IOException {
    PciAddress card = sysfs.add("rx6900xt");
    Files.writeString(sysfs.device(card).resolve("gpu_busy_percent"), "65535\n");
    AmdgpuHwmonMeter meter = meter(Map.of("AMD-a", card), AT_ONCE);
    meter.poll();
    clock.pass(1_000);

    assertThat(meter.poll())
        .singleElement()
        .satisfies(
            interval -> {
              assertThat(interval.load().orElseThrow().busyPercent()).isEmpty();
              assertThat(interval.load().orElseThrow().busy()).isEmpty();
            });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "N/A",
        "NaN",
        "-1",
        "36.5",
        "65535000000",
        "9223372036854775807",
        "99999999999999999999"
      })
  void whatIsNoPowerIsMissing(String text) throws IOException {
    PciAddress card = sysfs.add("rx6900xt");
    AmdgpuHwmonMeter meter = meter(Map.of("AMD-a", card), AT_ONCE);
    meter.poll();
    Files.writeString(hwmon(card, "power1_average"), text + "\n");

    seconds(meter, 2, 0);
    assertMissing(meter, Reason.FAILED);

    Files.writeString(hwmon(card, "power1_average"), "36000000\n");
    seconds(meter, 1, 0);
    seconds(meter, 1, 1);
  }

  /** The RX 6900 XT's own limit is 281 W here (its power1_cap_default). */
  @Test
  void moreThanFourTimesTheLimitOfTheCardIsNoPower() throws IOException {
    PciAddress card = sysfs.add("rx6900xt");
    Files.writeString(hwmon(card, "power1_cap_default"), "281000000\n");
    plausible = new PlausiblePower("AMD-a", OptionalInt.empty());
    AmdgpuHwmonMeter meter = meter(Map.of("AMD-a", card), AT_ONCE);
    Files.writeString(hwmon(card, "power1_average"), "1124000000\n");
    seconds(meter, 2, 1);

    Files.writeString(hwmon(card, "power1_average"), "1124000001\n");
    seconds(meter, 2, 0);

    assertMissing(meter, Reason.FAILED);
  }

  @Test
  void aSleepingCardIsNotAsked() throws IOException {
    PciAddress card = sysfs.add("rx6900xt");
    AmdgpuHwmonMeter meter = meter(Map.of("AMD-a", card), AT_ONCE);
    Files.writeString(sysfs.device(card).resolve("power/runtime_status"), "suspended\n");

    seconds(meter, 3, 0);
    assertMissing(meter, Reason.SUSPENDED);

    Files.writeString(sysfs.device(card).resolve("power/runtime_status"), "active\n");
    seconds(meter, 1, 0);
    seconds(meter, 1, 1);
  }

  @Test
  void aCardThatIsGoneIsMissing() {
    AmdgpuHwmonMeter meter = meter(Map.of("AMD-a", new PciAddress(0, 0xc3, 0, 0)), AT_ONCE);

    seconds(meter, 2, 0);

    assertMissing(meter, Reason.NOT_PRESENT);
  }

  @Test
  void aCardThatDoesNotAnswerCostsTheOthersNothing() {
    Queue<Runnable> hung = new ArrayDeque<>();
    Map<String, Callable<AmdgpuReading>> reads = new HashMap<>();
    AmdgpuCard well = new AmdgpuCard(new SysRoot(root), sysfs.add("rx6900xt"), ANY_POWER);
    AmdgpuCard sick = new AmdgpuCard(new SysRoot(root), sysfs.add("vega56"), ANY_POWER);
    boolean[] first = {true};
    Executor firstHangs =
        work -> {
          if (first[0]) {
            first[0] = false;
            hung.add(work);
          } else {
            work.run();
          }
        };
    reads.put("AMD-a", () -> sick.read(clock));
    reads.put("AMD-b", () -> well.read(clock));
    AmdgpuHwmonMeter meter =
        new AmdgpuHwmonMeter(reads, clock, CONFIG, POWERS, new HashMap<>(), firstHangs, () -> {});
    meter.poll();

    seconds(meter, 4, 4);
    assertMissing(meter, Reason.TIMED_OUT);

    hung.remove().run();
    clock.pass(1_000);
    assertThat(meter.poll())
        .as("of the sick card only the time since it answered")
        .extracting(interval -> interval.meter().device() + " " + interval.nanos() / 1_000_000)
        .containsExactly("AMD-a 1000", "AMD-b 1000");
    assertThat(meter.meters().get(0).missing()).isEmpty();
  }

  @Test
  void readsInThreadsOfItsOwnAndEndsThem() {
    try (AmdgpuHwmonMeter meter =
        AmdgpuHwmonMeter.of(
            new SysRoot(root),
            clock,
            CONFIG,
            Map.of("AMD-a", sysfs.add("rx6900xt")),
            new PlausiblePowers(Map.of()))) {
      await()
          .atMost(Duration.ofSeconds(20))
          .until(
              () -> {
                clock.pass(1_000);
                return !meter.poll().isEmpty();
              });
    }
  }

  /** Each microjoule once: the intervals touch and their sum is the area under the lines. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 20261121})
  void whatIsIntegratedIsTheAreaUnderTheReadings(long seed) throws IOException {
    Random random = new Random(seed);
    PciAddress card = sysfs.add("rx6900xt");
    AmdgpuHwmonMeter meter = meter(Map.of("AMD-a", card), AT_ONCE);
    double expected = 0;
    long got = 0;
    long before = 36_000_000;
    meter.poll();
    for (int i = 0; i < 200; i++) {
      long power = random.nextInt(400_000_000);
      Files.writeString(hwmon(card, "power1_average"), power + "\n");
      int millis = 200 + random.nextInt(2_000);
      clock.pass(millis);
      expected += (before + power) / 2.0 * millis / 1000;
      before = power;
      for (MeteredInterval interval : meter.poll()) {
        got += interval.energy().microjoules();
        assertThat(interval.nanos()).isEqualTo(millis * 1_000_000L);
      }
    }
    assertThat((double) got).as("seed %d", seed).isCloseTo(expected, offset(200.0));
  }

  private AmdgpuHwmonMeter meter(Map<String, PciAddress> cards, Executor readers) {
    Map<String, Callable<AmdgpuReading>> reads = new HashMap<>();
    cards.forEach(
        (device, address) -> {
          AmdgpuCard card = new AmdgpuCard(new SysRoot(root), address, plausible);
          reads.put(device, () -> card.read(clock));
        });
    return new AmdgpuHwmonMeter(reads, clock, CONFIG, POWERS, new HashMap<>(), readers, () -> {});
  }

  private void seconds(AmdgpuHwmonMeter meter, int count, int intervals) {
    int seen = 0;
    for (int i = 0; i < count; i++) {
      clock.pass(1_000);
      seen += meter.poll().size();
    }
    assertThat(seen).isEqualTo(intervals);
  }

  private static void assertMissing(AmdgpuHwmonMeter meter, Reason reason) {
    List<MeterStatus> meters = meter.meters();
    assertThat(meters.get(0).missing()).contains(reason);
  }

  private Path hwmon(PciAddress card, String file) throws IOException {
    try (var entries = Files.newDirectoryStream(sysfs.device(card).resolve("hwmon"))) {
      return entries.iterator().next().resolve(file);
    }
  }
}
