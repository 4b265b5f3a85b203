package org.sobre.energy.meter;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.sobre.energy.ledger.MeterId;
import org.sobre.energy.ledger.Part;
import org.sobre.energy.ledger.Quality;
import org.sobre.hardware.gpu.nvidia.nvml.NvmlException;
import org.sobre.hardware.gpu.nvidia.nvml.NvmlLibrary;
import org.sobre.hardware.gpu.nvidia.nvml.NvmlPower;
import org.sobre.hardware.gpu.nvidia.nvml.NvmlStatus;
import org.sobre.hardware.probe.SysRoot;
import org.sobre.hardware.units.Energy;
import org.sobre.hardware.units.PciAddress;
import org.sobre.hardware.units.Reading;
import org.sobre.hardware.units.Reading.Reason;

@Timeout(60)
class NvidiaMeterTest {

  private static final Map<String, PciAddress> CARDS = Map.of("GPU-a", SleepingCard.ADDRESS);

  private final FakeClock clock = new FakeClock();
  private final List<Meter> made = new ArrayList<>();
  private Optional<NvmlStatus> trouble = Optional.empty();
  private boolean installed = true;
  private int loads;
  private int smiStarts;
  private boolean smiRuns;

  /** A card of 100 W in a library that works, or fails as a whole. */
  private final class Library implements NvmlLibrary {
    private void check() throws NvmlException {
      if (trouble.isPresent()) {
        throw new NvmlException(trouble.get(), trouble.get().name());
      }
    }

    @Override
    public void init() throws NvmlException {
      check();
    }

    @Override
    public void shutdown() {}

    @Override
    public long deviceAt(PciAddress address) throws NvmlException {
      check();
      return 1;
    }

    @Override
    public String uuid(long device) {
      return "GPU-a";
    }

    @Override
    public String name(long device) {
      return "NVIDIA L40S";
    }

    @Override
    public long totalEnergyMillijoules(long device) throws NvmlException {
      check();
      return clock.nanosSinceBoot() / 10_000;
    }

    @Override
    public NvmlPower power(long device) {
      return new NvmlPower(OptionalLong.of(100_000), OptionalLong.of(100_000));
    }

    @Override
    public long powerUsageMilliwatts(long device) {
      return 100_000;
    }

    @Override
    public long defaultLimitMilliwatts(long device) {
      return 300_000;
    }

    @Override
    public int busyPercent(long device) {
      return 100;
    }

    @Override
    public long memoryUsedBytes(long device) {
      return 0;
    }

    @Override
    public int celsius(long device) {
      return 60;
    }

    @Override
    public void close() {}
  }

  /** Each row is the mean of the second before it, as of the real one. */
  private final class Smi implements Meter {
    private final MeterId id = new MeterId(Part.GPU, "GPU-a");

    @Override
    public List<MeteredInterval> poll() {
      long now = clock.nanosSinceBoot();
      return List.of(
          new MeteredInterval(
              id,
              now - 1_000_000_000L,
              now,
              Energy.ofMicrojoules(100_000_000),
              Quality.SAMPLED,
              Optional.empty()));
    }

    @Override
    public List<MeterStatus> meters() {
      return List.of(new MeterStatus(id, "nvidia-smi", Optional.empty()));
    }

    @Override
    public void close() {
      smiRuns = false;
    }
  }

  @AfterEach
  void close() {
    made.forEach(Meter::close);
  }

  private NvidiaMeter meter(boolean withTool) {
    NvidiaMeter meter =
        new NvidiaMeter(this::library, withTool ? Optional.of(this::smi) : Optional.empty(), clock);
    made.add(meter);
    return meter;
  }

  private NvmlMeter library() {
    return new NvmlMeter(
        () -> {
          loads++;
          return installed
              ? Reading.of(new Library())
              : Reading.unavailable(Reason.NOT_PRESENT, "libnvidia-ml.so.1: cannot open");
        },
        CARDS,
        new SleepingCards(new SysRoot(Path.of("/nowhere")), clock, CARDS),
        clock,
        Duration.ofSeconds(3),
        new PlausiblePowers(Map.of()),
        Map.of("GPU-a", new CounterTrust(0.1, Optional.empty())),
        Executors.newSingleThreadExecutor());
  }

  private Meter smi() {
    smiStarts++;
    smiRuns = true;
    return new Smi();
  }

  /** Seconds of the node's clock, each with time for the library's thread to answer. */
  private List<MeteredInterval> seconds(NvidiaMeter meter, int count) {
    List<MeteredInterval> seen = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      clock.pass(1_000);
      for (int wait = 0; wait < 20; wait++) {
        clock.pass(0);
        seen.addAll(meter.poll());
        java.util.concurrent.locks.LockSupport.parkNanos(500_000);
      }
    }
    return seen;
  }

  private static String source(NvidiaMeter meter) {
    return meter.meters().get(0).source();
  }

  private static void assertNoTimeTwice(List<MeteredInterval> seen) {
    long until = 0;
    for (MeteredInterval interval : seen) {
      assertThat(interval.fromNanos()).isGreaterThanOrEqualTo(until);
      until = interval.toNanos();
    }
  }

  @Test
  void theLibraryIsEnoughWhereItAnswers() {
    NvidiaMeter meter = meter(true);
    List<MeteredInterval> seen = seconds(meter, 5);
    assertThat(source(meter)).isEqualTo("nvml-energy");
    assertThat(seen).isNotEmpty().allMatch(i -> i.quality() == Quality.COUNTER);
    assertThat(smiStarts).isZero();
  }

  @Test
  void withoutTheLibraryTheToolIsRead() {
    installed = false;
    NvidiaMeter meter = meter(true);
    List<MeteredInterval> seen = seconds(meter, 5);
    assertThat(source(meter)).isEqualTo("nvidia-smi");
    assertThat(seen).isNotEmpty();
    assertNoTimeTwice(seen);
    assertThat(smiStarts).isEqualTo(1);
  }

  @Test
  void aDriverThatIsUpgradedUnderTheLibraryCostsNoTimeTwice() {
    NvidiaMeter meter = meter(true);
    List<MeteredInterval> seen = new ArrayList<>(seconds(meter, 5));
    trouble = Optional.of(NvmlStatus.LIB_RM_VERSION_MISMATCH);
    seen.addAll(seconds(meter, 5));
    assertThat(source(meter)).isEqualTo("nvidia-smi");
    int before = loads;
    trouble = Optional.empty();
    seen.addAll(seconds(meter, 15));
    assertThat(loads).as("loaded anew").isGreaterThan(before);
    assertThat(source(meter)).isEqualTo("nvml-energy");
    assertThat(smiRuns).isFalse();
    assertThat(smiStarts).isEqualTo(1);
    assertNoTimeTwice(seen);
    long covered = seen.stream().mapToLong(MeteredInterval::nanos).sum();
    assertThat(covered).isBetween(20_000_000_000L, 25_000_000_000L);
  }

  @Test
  void triesComeLessAndLessOften() {
    installed = false;
    NvidiaMeter meter = meter(true);
    seconds(meter, 200);
    assertThat(loads).as("at 0, 10, 30, 70, 150 s").isBetween(4, 6);
  }

  @Test
  void whereTheLibraryAloneIsAskedForTheToolIsNotStarted() {
    installed = false;
    NvidiaMeter meter = meter(false);
    assertThat(seconds(meter, 5)).isEmpty();
    assertThat(meter.meters().get(0).missing()).contains(Reason.NOT_PRESENT);
    installed = true;
    assertThat(seconds(meter, 15)).isNotEmpty();
    assertThat(meter.meters().get(0).missing()).isEmpty();
  }
}
