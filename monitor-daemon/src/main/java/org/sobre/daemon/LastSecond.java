package org.sobre.daemon;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.sobre.daemon.NodeView.DeviceView;
import org.sobre.daemon.NodeView.Holder;
import org.sobre.energy.accrual.RunningJob;
import org.sobre.energy.ledger.MeterId;
import org.sobre.energy.ledger.Part;
import org.sobre.energy.meter.MeterStatus;
import org.sobre.energy.meter.MeteredInterval;
import org.sobre.energy.meter.MeteredInterval.Load;
import org.sobre.hardware.units.Reading.Reason;
import org.sobre.slurm.node.PublishedGpu;

/** The meters' last readings: means over what was seen since the last look. */
final class LastSecond {

  /** Without a reading for so long a device has none. */
  private static final long FRESH_NANOS = Duration.ofSeconds(5).toNanos();

  private static final long MICROWATT_SECONDS = 1_000_000;

  private static final class Readings {
    long microjoules;
    long nanos;
    long untilNanos;
    OptionalLong milliwatts = OptionalLong.empty();
    Optional<Load> load = Optional.empty();

    void add(MeteredInterval interval) {
      microjoules += interval.energy().microjoules();
      nanos += interval.nanos();
      untilNanos = interval.toNanos();
      load = interval.load();
    }

    /** Keeps the mean before, where nothing came meanwhile. */
    void look() {
      if (nanos > 0) {
        milliwatts = OptionalLong.of(Math.round(microjoules * (double) MICROWATT_SECONDS / nanos));
        microjoules = 0;
        nanos = 0;
      }
    }
  }

  private final Map<MeterId, Readings> byMeter = new HashMap<>();

  void add(Collection<MeteredInterval> intervals) {
    for (MeteredInterval interval : intervals) {
      byMeter.computeIfAbsent(interval.meter(), meter -> new Readings()).add(interval);
    }
  }

  /**
   * @param meters that there are now, in the order of the view
   */
  NodeView view(
      String node,
      List<MeterStatus> meters,
      List<PublishedGpu> gpus,
      List<RunningJob> running,
      long nowNanos) {
    meters.stream().filter(LastSecond::isReleased).forEach(one -> byMeter.remove(one.meter()));
    byMeter.values().forEach(Readings::look);
    byMeter.values().removeIf(readings -> nowNanos - readings.untilNanos > FRESH_NANOS);
    return new NodeView(
        node,
        meters.stream().map(status -> device(status, gpus, running)).toList(),
        running.stream().filter(run -> !run.ended()).map(run -> run.facts().uid()).toList());
  }

  /** What was read before is neither of now nor of when it is read again. */
  private static boolean isReleased(MeterStatus status) {
    return status.missing().filter(reason -> reason == Reason.RELEASED).isPresent();
  }

  private DeviceView device(MeterStatus status, List<PublishedGpu> gpus, List<RunningJob> running) {
    MeterId meter = status.meter();
    Optional<Readings> readings = Optional.ofNullable(byMeter.get(meter));
    Optional<Load> load = readings.flatMap(one -> one.load);
    return new DeviceView(
        meter,
        readings.map(one -> one.milliwatts).orElse(OptionalLong.empty()),
        load.map(Load::busyPercent).orElse(OptionalInt.empty()),
        load.map(Load::memoryUsedMebibytes).orElse(OptionalLong.empty()),
        total(meter, gpus),
        load.map(Load::celsius).orElse(OptionalInt.empty()),
        status.missing(),
        holders(meter, running));
  }

  private static OptionalLong total(MeterId meter, List<PublishedGpu> gpus) {
    return gpus.stream()
        .filter(gpu -> gpu.device().equals(Optional.of(meter.device())))
        .findFirst()
        .map(PublishedGpu::memoryTotalMebibytes)
        .orElse(OptionalLong.empty());
  }

  private static List<Holder> holders(MeterId meter, List<RunningJob> running) {
    return meter.part() != Part.GPU
        ? List.of()
        : running.stream()
            .filter(run -> !run.ended())
            .flatMap(
                run ->
                    run.gpus().stream()
                        .filter(gpu -> gpu.device().equals(meter.device()))
                        .map(gpu -> new Holder(run.facts(), gpu.partition())))
            .toList();
  }
}
