package org.sobre.cli.watch;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.sobre.energy.ledger.MeterId;
import org.sobre.energy.ledger.Part;
import org.sobre.energy.ledger.Quality;
import org.sobre.energy.meter.Meter;
import org.sobre.energy.meter.MeterStatus;
import org.sobre.energy.meter.MeteredInterval;
import org.sobre.energy.meter.UptimeClock;
import org.sobre.hardware.units.Energy;
import org.sobre.hardware.units.Reading.Reason;
import org.sobre.jobs.station.NodeView.Device;

class MeterWatchTest {

  private static final long SECOND = 1_000_000_000L;
  private static final MeterId GPU = new MeterId(Part.GPU, "GPU-1");
  private static final MeterId PACKAGE = new MeterId(Part.CPU_PACKAGE, "0");

  private final FakeMeter gpu = new FakeMeter(GPU, "nvidia-smi");
  private final FakeMeter cpu = new FakeMeter(PACKAGE, "powercap");
  private final SettableClock clock = new SettableClock();
  private final MeterWatch watch =
      new MeterWatch("n1", List.of(gpu, cpu), Map.of("GPU-1", 24564L), clock);

  @Test
  void theLastIntervalOfEachMeterIsWhatIsSeen() {
    gpu.sees(10 * SECOND, 11 * SECOND, 100_000_000, Optional.empty());
    gpu.sees(
        11 * SECOND,
        13 * SECOND,
        461_000_000,
        Optional.of(
            new MeteredInterval.Load(
                Optional.of(true),
                OptionalLong.of(21870),
                OptionalLong.of(250_000),
                OptionalInt.of(97))));
    clock.nanos = 13 * SECOND;
    assertThat(watch.look().view().devices())
        .containsExactly(
            device("gpu", "GPU-1", OptionalLong.of(231), 97, 21870, 24564),
            bare("cpu-package", "0"));
  }

  @Test
  void aReadingThatIsOldIsNotOfNow() {
    gpu.sees(10 * SECOND, 11 * SECOND, 100_000_000, Optional.empty());
    clock.nanos = 11 * SECOND;
    assertThat(watch.look().view().devices().get(0).watts()).hasValue(100);
    clock.nanos = 15 * SECOND;
    assertThat(watch.look().view().devices().get(0).watts()).isEmpty();
  }

  @Test
  void whatGivesNothingIsNamedWithItsReason() {
    cpu.missing = Optional.of(Reason.NO_PERMISSION);
    gpu.missing = Optional.of(Reason.TIMED_OUT);
    assertThat(watch.look().notes())
        .satisfiesExactly(
            one -> assertThat(one).contains("gpu GPU-1", "nvidia-smi", "timed-out"),
            two -> assertThat(two).contains("cpu-package 0", "powercap", "sobre-monitord"));
  }

  @Test
  void itIsCompleteWhenEveryMeterHasShownSomethingOrSaidWhyNot() {
    assertThat(watch.isComplete()).isFalse();
    cpu.missing = Optional.of(Reason.NO_PERMISSION);
    assertThat(watch.isComplete()).isFalse();
    gpu.sees(SECOND, 2 * SECOND, 1, Optional.empty());
    watch.keepUp();
    assertThat(watch.isComplete()).isTrue();
  }

  @Test
  void whatItStartedEndsWithIt() {
    watch.close();
    assertThat(List.of(gpu.closed, cpu.closed)).containsExactly(true, true);
  }

  private static Device device(
      String part, String device, OptionalLong watts, long busy, long used, long total) {
    return new Device(
        part,
        device,
        watts,
        OptionalLong.of(busy),
        OptionalLong.of(used),
        OptionalLong.of(total),
        Optional.empty());
  }

  private static Device bare(String part, String device) {
    OptionalLong unknown = OptionalLong.empty();
    return new Device(part, device, unknown, unknown, unknown, unknown, Optional.empty());
  }

  private static final class FakeMeter implements Meter {
    private final MeterId id;
    private final String source;
    private final List<MeteredInterval> seen = new ArrayList<>();
    private Optional<Reason> missing = Optional.empty();
    private boolean closed;

    FakeMeter(MeterId id, String source) {
      this.id = id;
      this.source = source;
    }

    void sees(long from, long to, long microjoules, Optional<MeteredInterval.Load> load) {
      Energy energy = Energy.ofMicrojoules(microjoules);
      seen.add(new MeteredInterval(id, from, to, energy, Quality.SAMPLED, load));
    }

    @Override
    public List<MeteredInterval> poll() {
      List<MeteredInterval> polled = List.copyOf(seen);
      seen.clear();
      return polled;
    }

    @Override
    public List<MeterStatus> meters() {
      return List.of(new MeterStatus(id, source, missing));
    }

    @Override
    public void close() {
      closed = true;
    }
  }

  private static final class SettableClock implements UptimeClock {
    private long nanos;

    @Override
    public long nanosSinceBoot() {
      return nanos;
    }

    @Override
    public Instant wall() {
      return Instant.EPOCH.plusNanos(nanos);
    }
  }
}
