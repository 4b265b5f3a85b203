package org.sobre.energy.meter;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sobre.energy.ledger.MeterId;
import org.sobre.energy.ledger.Part;
import org.sobre.energy.ledger.Quality;
import org.sobre.hardware.probe.SysRoot;
import org.sobre.hardware.units.Power;
import org.sobre.hardware.units.Reading.Reason;

/**
 * CPU packages that have no energy counter, by a model: {@link #IDLE_SHARE} of the design power
 * always, the rest by how busy the processors are ({@code /proc/stat}). Quality {@link
 * Quality#MODELLED}: models of this kind were seen to be up to 40 % off (arXiv 2509.22092). All
 * packages are one meter. There is none where the design power is not known, and none where the
 * kernel has counters, readable or not.
 */
public final class ModelledCpuMeter implements Meter {

  public static final String SOURCE = "tdp-model";

  /**
   * What idle processors draw of their design power: servers of SPECpower_ssj2008 drew 16 %
   * (Skylake) to 32 % (Haswell) of their full load when idle, as Cloud Carbon Footprint has them by
   * micro-architecture; those before RAPL are older than all of these.
   */
  static final double IDLE_SHARE = 0.3;

  private static final MeterId ALL = new MeterId(Part.CPU_PACKAGE, "all");

  private static final Logger LOG = LoggerFactory.getLogger(ModelledCpuMeter.class);

  private record Point(long nanos, CpuTicks ticks) {}

  private final BooleanSupplier hasCounters;
  private final Path stat;
  private final UptimeClock clock;
  private final Duration longestInterval;
  private final Optional<Power> tdp;
  private Optional<Point> last = Optional.empty();
  private Optional<Reason> missing = Optional.empty();

  /**
   * @param hasCounters whether the kernel has any of a package
   * @param tdpWatts of one package, as configured
   */
  public ModelledCpuMeter(
      SysRoot root,
      UptimeClock clock,
      Duration longestInterval,
      OptionalInt tdpWatts,
      BooleanSupplier hasCounters) {
    this.hasCounters = hasCounters;
    this.stat = root.proc().resolve("stat");
    this.clock = clock;
    this.longestInterval = longestInterval;
    this.tdp = CpuTdp.of(root, tdpWatts);
    tdp.ifPresent(
        power ->
            LOG.info(
                "should no energy counter of a CPU package be found: a model of {} W of design"
                    + " power takes its place",
                power.watts()));
  }

  @Override
  public List<MeteredInterval> poll() {
    if (!isInUse()) {
      last = Optional.empty();
      return List.of();
    }
    Optional<CpuTicks> ticks = ticks();
    missing = ticks.isPresent() ? Optional.empty() : Optional.of(Reason.FAILED);
    Optional<Point> before = last;
    Optional<Point> now = ticks.map(told -> new Point(clock.nanosSinceBoot(), told));
    if (before.isEmpty() || now.isEmpty()) {
      last = now;
      return List.of();
    }
    Optional<Double> busy = now.get().ticks.busySince(before.get().ticks);
    if (busy.isEmpty()) {
      // within one tick of the kernel: the next reading tells of this time too
      return List.of();
    }
    last = now;
    return between(before.get(), now.get(), busy.get(), tdp.orElseThrow())
        .map(List::of)
        .orElse(List.of());
  }

  @Override
  public List<MeterStatus> meters() {
    return isInUse() ? List.of(new MeterStatus(ALL, SOURCE, missing)) : List.of();
  }

  @Override
  public void close() {
    // Nothing is kept open between two readings.
  }

  private boolean isInUse() {
    return tdp.isPresent() && !hasCounters.getAsBoolean();
  }

  private Optional<MeteredInterval> between(Point from, Point to, double busy, Power design) {
    long nanos = to.nanos - from.nanos;
    if (nanos <= 0 || nanos > longestInterval.toNanos()) {
      return Optional.empty();
    }
    double share = IDLE_SHARE + (1 - IDLE_SHARE) * busy;
    Power power = new Power(Math.round(share * design.microwatts()));
    return Optional.of(
        new MeteredInterval(
            ALL,
            from.nanos,
            to.nanos,
            power.over(Duration.ofNanos(nanos)),
            Quality.MODELLED,
            Optional.empty()));
  }

  private Optional<CpuTicks> ticks() {
    try {
      return CpuTicks.parse(Files.readString(stat));
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
