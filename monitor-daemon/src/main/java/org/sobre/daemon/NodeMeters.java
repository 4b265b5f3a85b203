package org.sobre.daemon;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sobre.daemon.health.CardRelease;
import org.sobre.daemon.metrics.MeterFigures;
import org.sobre.daemon.metrics.MeterTotals;
import org.sobre.energy.accrual.Accrual;
import org.sobre.energy.accrual.RunningJob;
import org.sobre.energy.accrual.WrapperProcess;
import org.sobre.energy.attribution.Presence;
import org.sobre.energy.cputime.CpuTimes;
import org.sobre.energy.ledger.JobLine;
import org.sobre.energy.meter.Meter;
import org.sobre.energy.meter.MeterStatus;
import org.sobre.energy.meter.MeteredInterval;
import org.sobre.energy.meter.NodePowerMeter;
import org.sobre.energy.occupancy.GpuProcesses;
import org.sobre.energy.occupancy.Occupancy;
import org.sobre.energy.occupancy.ProcessTable;
import org.sobre.hardware.units.Reading;
import org.sobre.slurm.job.JobKey;
import org.sobre.slurm.node.PublishedGpu;

/** Everything that is read of a node: its meters, and whose processes are on its GPUs. */
final class NodeMeters implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(NodeMeters.class);

  /** What is read of GPUs. */
  record OfGpus(List<Meter> meters, List<GpuProcesses> processes) {
    static final OfGpus NOTHING = new OfGpus(List.of(), List.of());

    OfGpus {
      meters = List.copyOf(meters);
      processes = List.copyOf(processes);
    }

    void close() {
      meters.forEach(Meter::close);
      processes.forEach(GpuProcesses::close);
    }

    /** Whether everything that was opened or started is gone. */
    boolean holdsNothing() {
      return meters.stream().allMatch(Meter::holdsNothing)
          && processes.stream().allMatch(GpuProcesses::holdsNothing);
    }
  }

  /** Starts to read GPUs; anew when others are there. */
  interface GpuReaders {
    OfGpus read(List<PublishedGpu> gpus);

    /**
     * Which of them jobs hold.
     *
     * @param devices by the id by which the ledger knows them
     */
    default void held(Set<String> devices) {}
  }

  private final List<Meter> always;
  private final GpuReaders readers;
  private final Occupancy occupancy;
  private final CardRelease release;
  private final CpuTimes cpuTimes;
  private final LastSecond lastSecond = new LastSecond();
  private final MeterTotals totals = new MeterTotals();
  private List<PublishedGpu> gpus = List.of();
  private OfGpus ofGpus = OfGpus.NOTHING;
  private Optional<OfGpus> givenBack = Optional.empty();
  private List<MeterStatus> given = List.of();

  /**
   * @param always meters that every node has
   * @param keep for how long a process that has gone may still tell whose energy was
   * @param release while it holds, no GPU is read and nothing of one is open
   * @param cpuTimes for whom the processors worked
   */
  NodeMeters(
      List<Meter> always,
      GpuReaders readers,
      ProcessTable table,
      Duration keep,
      CardRelease release,
      CpuTimes cpuTimes) {
    this.cpuTimes = cpuTimes;
    this.always = List.copyOf(always);
    this.readers = readers;
    this.release = release;
    this.occupancy = new Occupancy(table, keep);
  }

  private static String inWords(PublishedGpu gpu) {
    String id = gpu.device().orElseGet(() -> gpu.pciAddress().toString());
    return id + " (" + gpu.model() + (gpu.usable() ? ")" : ", not usable)");
  }

  void gpus(List<PublishedGpu> now) {
    LOG.info("the node is known, its GPUs: {}", now.stream().map(NodeMeters::inWords).toList());
    if (!now.equals(gpus)) {
      gpus = List.copyOf(now);
      if (givenBack.isEmpty()) {
        close(ofGpus);
        readWhenTheyAreGone(givenBack);
      }
    }
  }

  List<PublishedGpu> gpus() {
    return gpus;
  }

  void readMeters(Accrual accrual) {
    obeyRelease();
    readers.held(
        accrual.running().stream()
            .filter(run -> !run.ended())
            .flatMap(run -> run.gpus().stream())
            .map(JobLine.HeldGpu::device)
            .collect(Collectors.toSet()));
    for (Meter meter : meters()) {
      List<MeteredInterval> intervals = meter.poll();
      accrual.observe(statuses(meter), intervals);
      lastSecond.add(intervals);
      totals.add(intervals);
    }
    accrual.observe(released(), List.of());
  }

  /** Where one sees the whole node, the others see parts of it. */
  private List<MeterStatus> statuses(Meter meter) {
    for (Meter one : always) {
      if (one instanceof NodePowerMeter whole && !whole.meters().isEmpty()) {
        return meter.meters().stream().map(status -> status.inside(NodePowerMeter.BOARD)).toList();
      }
    }
    return meter.meters();
  }

  private void obeyRelease() {
    if (release.isAsked()) {
      OfGpus closed = givenBack.orElseGet(this::letGo);
      release.metersHoldNothing(closed.holdsNothing());
    } else {
      readWhenTheyAreGone(givenBack);
    }
  }

  private void readWhenTheyAreGone(Optional<OfGpus> closed) {
    if (closed.filter(one -> release.mayReadAgain(one.holdsNothing())).isPresent()) {
      LOG.info("the GPUs are read");
      givenBack = Optional.empty();
      given = List.of();
      ofGpus = readers.read(gpus);
    }
  }

  private OfGpus letGo() {
    LOG.info("the GPUs are let go of, and not read for a while");
    OfGpus closed = ofGpus;
    given = closed.meters().stream().flatMap(meter -> meter.meters().stream()).toList();
    close(closed);
    return closed;
  }

  /** Others are read when these are gone. */
  private void close(OfGpus closed) {
    closed.close();
    release.metersClosed();
    givenBack = Optional.of(closed);
    ofGpus = OfGpus.NOTHING;
  }

  /** The meters that were closed: missing, and why. */
  private List<MeterStatus> released() {
    return given.stream()
        .map(
            status ->
                new MeterStatus(
                    status.meter(), status.source(), Optional.of(Reading.Reason.RELEASED)))
        .toList();
  }

  /**
   * After the runs of this moment are known: a process belongs to one from its first sighting, as
   * does what was worked in a control group that is new. And after the meters: it is then known for
   * all of their time who worked.
   */
  void readProcesses(Accrual accrual, JobSources jobs, long nowNanos) {
    cpuTimes.poll(RunNames.of(accrual.running())::run).ifPresent(accrual::observe);
    Map<WrapperProcess, JobKey> wrappers = new HashMap<>(jobs.processes());
    wrappers.putAll(
        accrual.running().stream()
            .filter(run -> run.wrapper().isPresent())
            .collect(
                Collectors.toMap(
                    run -> run.wrapper().orElseThrow(),
                    run -> run.facts().key(),
                    NodeMeters::later)));
    List<GpuProcesses.Sighting> sightings = new ArrayList<>();
    ofGpus.processes().forEach(source -> sightings.addAll(source.poll()));
    List<Presence> presences = occupancy.update(sightings, wrappers, nowNanos);
    accrual.presences(presences);
    jobs.presences(accrual, presences);
  }

  private static JobKey later(JobKey one, JobKey other) {
    return one.restart() > other.restart() ? one : other;
  }

  /** What there was since the last time this was asked. */
  NodeView view(String node, List<RunningJob> running, long nowNanos) {
    return lastSecond.view(node, statuses(), gpus, running, nowNanos);
  }

  /** What there was since the start, without the power of the moment. */
  List<MeterFigures> figures(long nowNanos) {
    return totals.look(statuses(), nowNanos);
  }

  private List<MeterStatus> statuses() {
    return Stream.concat(
            meters().stream().flatMap(meter -> meter.meters().stream()), released().stream())
        .toList();
  }

  private List<Meter> meters() {
    List<Meter> all = new ArrayList<>(always);
    all.addAll(ofGpus.meters());
    return all;
  }

  @Override
  public void close() {
    always.forEach(Meter::close);
    ofGpus.close();
  }
}
