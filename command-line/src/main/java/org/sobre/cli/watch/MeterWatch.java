package org.sobre.cli.watch;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.sobre.energy.ledger.MeterId;
import org.sobre.energy.meter.Meter;
import org.sobre.energy.meter.MeterStatus;
import org.sobre.energy.meter.MeteredInterval;
import org.sobre.energy.meter.UptimeClock;
import org.sobre.hardware.message.Messages;
import org.sobre.hardware.units.Reading.Reason;
import org.sobre.jobs.station.NodeView;
import org.sobre.jobs.station.NodeView.Device;

/** Readings of this process's own, through the meters that the daemon uses. Knows no job. */
public final class MeterWatch implements NodeWatch {

  private static final Messages MESSAGES = Messages.of(MeterWatch.class);
  private static final long NANOS_PER_MILLI = 1_000_000;
  private static final long MICROJOULES_PER_JOULE = 1_000_000;
  private static final long MILLIS_PER_SECOND = 1_000;

  /** Older than that, a reading is not of now. */
  private static final Duration FRESH = Duration.ofSeconds(4);

  private final String node;
  private final List<Meter> meters;
  private final Map<String, Long> memoryTotalMebibytes;
  private final UptimeClock clock;
  private final Map<MeterId, MeteredInterval> last = new HashMap<>();

  /**
   * @param node its name
   * @param memoryTotalMebibytes of the GPUs, by device
   */
  public MeterWatch(
      String node, List<Meter> meters, Map<String, Long> memoryTotalMebibytes, UptimeClock clock) {
    this.node = requireNonNull(node, "node");
    this.meters = List.copyOf(meters);
    this.memoryTotalMebibytes = Map.copyOf(memoryTotalMebibytes);
    this.clock = clock;
  }

  /** Whether every meter has shown something, or said why not. */
  public boolean isComplete() {
    return meters.stream()
        .flatMap(meter -> meter.meters().stream())
        .allMatch(status -> status.missing().isPresent() || last.containsKey(status.meter()));
  }

  @Override
  public void keepUp() {
    for (Meter meter : meters) {
      meter.poll().forEach(interval -> last.put(interval.meter(), interval));
    }
  }

  @Override
  public Sight look() {
    keepUp();
    List<Device> devices = new ArrayList<>();
    List<String> notes = new ArrayList<>();
    for (Meter meter : meters) {
      for (MeterStatus status : meter.meters()) {
        devices.add(device(status.meter()));
        status.missing().ifPresent(reason -> notes.add(note(status, reason)));
      }
    }
    return new Sight(new NodeView(node, devices, /* jobsKnown= */ false), notes);
  }

  @Override
  public void close() {
    meters.forEach(Meter::close);
  }

  private static String note(MeterStatus status, Reason reason) {
    String part = status.meter().part().jsonName();
    String device = status.meter().device();
    return reason == Reason.NO_PERMISSION
        ? MESSAGES.text("no.watts.permission", part, device, status.source())
        : MESSAGES.text("no.watts.own", part, device, status.source(), reason.jsonName());
  }

  private Device device(MeterId meter) {
    Optional<MeteredInterval> fresh =
        Optional.ofNullable(last.get(meter))
            .filter(interval -> clock.nanosSinceBoot() - interval.toNanos() < FRESH.toNanos());
    Optional<MeteredInterval.Load> load = fresh.flatMap(MeteredInterval::load);
    return new Device(
        meter.part().jsonName(),
        meter.device(),
        fresh.map(interval -> OptionalLong.of(watts(interval))).orElseGet(OptionalLong::empty),
        load.map(l -> asLong(l.busyPercent())).orElseGet(OptionalLong::empty),
        load.map(MeteredInterval.Load::memoryUsedMebibytes).orElseGet(OptionalLong::empty),
        total(meter.device()),
        load.map(l -> asLong(l.celsius())).orElseGet(OptionalLong::empty),
        Optional.empty(),
        List.of());
  }

  private OptionalLong total(String device) {
    Long mebibytes = memoryTotalMebibytes.get(device);
    return mebibytes == null ? OptionalLong.empty() : OptionalLong.of(mebibytes);
  }

  private static OptionalLong asLong(java.util.OptionalInt value) {
    return value.isPresent() ? OptionalLong.of(value.getAsInt()) : OptionalLong.empty();
  }

  /** The mean over the interval, rounded. */
  private static long watts(MeteredInterval interval) {
    long millis = Math.max(1, interval.nanos() / NANOS_PER_MILLI);
    return Math.round(
        (double) interval.energy().microjoules()
            * MILLIS_PER_SECOND
            / MICROJOULES_PER_JOULE
            / millis);
  }
}
