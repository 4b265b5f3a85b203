package org.sobre.daemon;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sobre.daemon.health.CardRelease;
import org.sobre.daemon.metrics.MetricsAnswers;
import org.sobre.daemon.metrics.PageLabels;
import org.sobre.energy.accrual.Accrual;
import org.sobre.energy.accrual.Checkpoint;
import org.sobre.energy.accrual.NodeIdentity;
import org.sobre.energy.cputime.KernelCpuTimes;
import org.sobre.energy.meter.KernelUptimeClock;
import org.sobre.energy.meter.Meter;
import org.sobre.energy.meter.MetersConfig;
import org.sobre.energy.meter.ModelledCpuMeter;
import org.sobre.energy.meter.NodePowerMeter;
import org.sobre.energy.meter.PowercapMeter;
import org.sobre.energy.meter.UptimeClock;
import org.sobre.energy.occupancy.ProcessTable;
import org.sobre.energy.station.OwnStation;
import org.sobre.hardware.clock.WallClockTrust;
import org.sobre.hardware.node.HostName;
import org.sobre.hardware.probe.CommonsExecToolRunner;
import org.sobre.hardware.probe.SysRoot;
import org.sobre.slurm.job.cgroup.JobCgroups;

/** What the node's daemon and a user's own are both made of, put together. */
final class Assembly {

  /** In the journal both daemons have one name. */
  private static final Logger LOG = LoggerFactory.getLogger(Daemon.class);

  /** A share that does not answer by then may hold what an earlier daemon of this boot knew. */
  private static final Duration SHARE_DEADLINE = Duration.ofSeconds(10);

  private final Settings settings;
  private final SysRoot machine;
  private final UptimeClock clock;
  private final NodeIdentity identity;
  private final ProcessTable processes;
  private final CardRelease release;

  /**
   * @throws IOException if it cannot be told which node and boot this is
   */
  Assembly(Settings settings, SysRoot machine) throws IOException {
    this.settings = settings;
    this.machine = machine;
    this.clock = new KernelUptimeClock(machine, Clock.systemUTC());
    this.identity = identity(settings.clusterName(), machine);
    this.processes = new ProcessTable(machine);
    this.release = new CardRelease(clock);
  }

  UptimeClock clock() {
    return clock;
  }

  NodeIdentity identity() {
    return identity;
  }

  ProcessTable processes() {
    return processes;
  }

  CardRelease release() {
    return release;
  }

  /** A model of the packages' power alone is nothing to measure; it gives way to any counter. */
  private List<Meter> always() {
    MetersConfig config = settings.meters();
    PowercapMeter packages = powercap();
    List<Meter> meters = new ArrayList<>(List.of(packages));
    meters.add(
        new ModelledCpuMeter(
            machine,
            clock,
            config.longestInterval(),
            config.cpuTdpWatts(),
            () -> !packages.meters().isEmpty()));
    if (config.wholeNode()) {
      meters.add(NodePowerMeter.of(machine, clock, config));
    }
    return meters;
  }

  PowercapMeter powercap() {
    return new PowercapMeter(machine, clock, settings.meters().longestInterval());
  }

  /** Made, and not running yet. */
  record Start(Monitor monitor, LedgerWriter writer, JobAnswers answers) {}

  Start start(
      NodeInventory node,
      JobSources jobs,
      NodeLedger ledger,
      CheckpointFile local,
      Optional<Checkpoint> left)
      throws IOException {
    Accrual accrual = takeUp(left);
    NodeMeters meters =
        new NodeMeters(
            always(),
            new GpuMeters(
                machine,
                settings.discovery().nvidiaSmi(),
                clock,
                settings.meters(),
                accrual.distrusted()),
            processes,
            accrual.presencesFor(),
            release,
            new KernelCpuTimes(
                machine,
                clock,
                new JobCgroups(machine, identity.node()),
                settings.meters().longestInterval()));
    LedgerWriter writer = new LedgerWriter(ledger, clock, settings.ledger().checkpoint());
    Monitor monitor =
        new Monitor(
            identity.node(),
            clock,
            WallClockTrust.of(machine),
            accrual,
            node,
            jobs,
            meters,
            writer,
            local);
    CardControl control = new CardControl(release, OwnStation.uidOfThisProcess());
    return new Start(
        monitor, writer, new JobAnswers(monitor, jobs.station(), control, operators()));
  }

  private Operators operators() {
    Operators operators = new Operators(settings.operators(), new CommonsExecToolRunner());
    operators.start();
    return operators;
  }

  void measure(Start start, Pause pause, Optional<Duration> idleEnd, Runnable ending) {
    start.writer().start();
    StopSignal stop = StopSignal.install(pause::stop);
    try {
      LOG.info("measuring {} of cluster {}", identity.node(), identity.cluster());
      start.monitor().run(settings.meters().interval(), pause, idleEnd, ending);
    } finally {
      stop.close();
    }
  }

  MetricsAnswers metrics(Monitor monitor) {
    boolean withAccounts = settings.metrics().accounts();
    PageLabels labels = new PageLabels(Main.version(), identity.cluster(), withAccounts);
    return new MetricsAnswers(monitor::figures, clock, machine, labels);
  }

  StationRuns stationRuns() {
    Optional<String> whyNone =
        settings
            .slurm()
            .controller()
            .map(
                controller ->
                    "this node belongs to the Slurm cluster of "
                        + controller
                        + " (slurm.controller): only Slurm's jobs are metered by name here");
    return new StationRuns(processes, clock, whyNone);
  }

  /** What an earlier daemon of this boot left there. */
  Optional<Checkpoint> onShare(NodeLedger ledger) {
    return ledger.checkpointFile().readOf(identity, SHARE_DEADLINE);
  }

  /** From the state that an earlier daemon of this boot left; else from now. */
  private Accrual takeUp(Optional<Checkpoint> left) {
    if (left.isPresent()) {
      LOG.info("goes on from a checkpoint with {} jobs", left.get().runs().size());
      return Accrual.resume(left.get(), settings.meters());
    }
    return Accrual.fresh(identity, settings.meters(), clock.nanosSinceBoot(), clock.wall());
  }

  private static NodeIdentity identity(String cluster, SysRoot machine) throws IOException {
    Path boot = machine.proc().resolve("sys/kernel/random/boot_id");
    return new NodeIdentity(cluster, HostName.of(machine), Files.readString(boot).strip());
  }
}
