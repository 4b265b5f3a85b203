package org.sobre.daemon;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sobre.energy.accrual.Accrual;
import org.sobre.energy.accrual.RunningJob;
import org.sobre.energy.accrual.WrapperProcess;
import org.sobre.energy.meter.Meter;
import org.sobre.energy.meter.MeterStatus;
import org.sobre.energy.meter.MeteredInterval;
import org.sobre.energy.occupancy.GpuProcesses;
import org.sobre.energy.occupancy.Occupancy;
import org.sobre.energy.occupancy.ProcessTable;
import org.sobre.slurm.job.JobKey;
import org.sobre.slurm.node.PublishedGpu;

/** Everything that is read of a node: its meters, and whose processes are on its GPUs. */
final class NodeMeters implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(NodeMeters.class);

  /** What is read of GPUs, made anew when others are there. */
  interface GpuReaders {
    List<Meter> meters(List<PublishedGpu> gpus);

    List<GpuProcesses> processes(List<PublishedGpu> gpus);
  }

  private final List<Meter> always;
  private final GpuReaders readers;
  private final Occupancy occupancy;
  private final LastSecond lastSecond = new LastSecond();
  private List<PublishedGpu> gpus = List.of();
  private List<Meter> ofGpus = List.of();
  private List<GpuProcesses> processes = List.of();

  /**
   * @param always meters that every node has
   * @param keep for how long a process that has gone may still tell whose energy was
   */
  NodeMeters(List<Meter> always, GpuReaders readers, ProcessTable table, Duration keep) {
    this.always = List.copyOf(always);
    this.readers = readers;
    this.occupancy = new Occupancy(table, keep);
  }

  void gpus(List<PublishedGpu> now) {
    LOG.info("the node is known, its GPUs: {}", now);
    if (!now.equals(gpus)) {
      closeGpus();
      ofGpus = List.copyOf(readers.meters(now));
      processes = List.copyOf(readers.processes(now));
      gpus = List.copyOf(now);
    }
  }

  List<PublishedGpu> gpus() {
    return gpus;
  }

  void readMeters(Accrual accrual) {
    for (Meter meter : meters()) {
      List<MeteredInterval> intervals = meter.poll();
      accrual.observe(meter.meters(), intervals);
      lastSecond.add(intervals);
    }
  }

  /** After the runs of this moment are known: a process belongs to one from its first sighting. */
  void readProcesses(Accrual accrual, long nowNanos) {
    Map<WrapperProcess, JobKey> wrappers =
        accrual.running().stream()
            .filter(run -> run.wrapper().isPresent())
            .collect(
                Collectors.toMap(
                    run -> run.wrapper().orElseThrow(),
                    run -> run.facts().key(),
                    NodeMeters::later));
    List<GpuProcesses.Sighting> sightings = new ArrayList<>();
    processes.forEach(source -> sightings.addAll(source.poll()));
    accrual.presences(occupancy.update(sightings, wrappers, nowNanos));
  }

  private static JobKey later(JobKey one, JobKey other) {
    return one.restart() > other.restart() ? one : other;
  }

  /** What there was since the last time this was asked. */
  NodeView view(String node, List<RunningJob> running, long nowNanos) {
    List<MeterStatus> statuses =
        meters().stream().flatMap(meter -> meter.meters().stream()).toList();
    return lastSecond.view(node, statuses, gpus, running, nowNanos);
  }

  private List<Meter> meters() {
    List<Meter> all = new ArrayList<>(always);
    all.addAll(ofGpus);
    return all;
  }

  private void closeGpus() {
    ofGpus.forEach(Meter::close);
    processes.forEach(GpuProcesses::close);
  }

  @Override
  public void close() {
    always.forEach(Meter::close);
    closeGpus();
  }
}
