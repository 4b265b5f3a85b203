package org.sobre.daemon;

import static java.util.Objects.requireNonNull;

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
import org.sobre.daemon.health.HealthWatch;
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
import org.sobre.energy.occupancy.StepDaemons;
import org.sobre.energy.station.OwnStation;
import org.sobre.hardware.clock.WallClockTrust;
import org.sobre.hardware.node.HostName;
import org.sobre.hardware.node.NodeScan;
import org.sobre.hardware.probe.CommonsExecToolRunner;
import org.sobre.hardware.probe.SysRoot;
import org.sobre.slurm.job.SpoolDirectory;
import org.sobre.slurm.job.cgroup.JobCgroups;

/** The boot sequence, of the node's daemon and of a user's own. */
final class Daemon {

  private static final Logger LOG = LoggerFactory.getLogger(Daemon.class);

  /** A share that does not answer by then may hold what an earlier daemon of this boot knew. */
  private static final Duration SHARE_DEADLINE = Duration.ofSeconds(10);

  private static final Duration OWN_IDLE_END = Duration.ofSeconds(10);

  /** For another one that is just putting its last lines down. */
  private static final Duration OWN_PATIENCE = Duration.ofSeconds(20);

  private final Settings settings;
  private final SysRoot machine = SysRoot.machine();
  private final UptimeClock clock;
  private final NodeIdentity identity;
  private final ProcessTable processes = new ProcessTable(machine);
  private final CardRelease release;

  Daemon(Settings settings) throws IOException {
    this.settings = requireNonNull(settings, "settings");
    this.clock = new KernelUptimeClock(machine, Clock.systemUTC());
    this.release = new CardRelease(clock);
    this.identity = identity(settings.clusterName(), machine);
  }

  /** The node's: described by sobre-register, told of jobs by Slurm's hooks. */
  void runForNode() throws IOException {
    Path run = machine.run().resolve("sobre");
    Path published = run.resolve("slurm/node.json");
    if (settings.isStation() && hasNothingToMeasure(published)) {
      LOG.info("neither a GPU nor a CPU package with an energy counter, and no Slurm: ends");
      return;
    }
    NodeInventory node = new PublishedNode(published);
    Path spooled = run.resolve("jobs");
    JobSteps steps =
        new JobSteps(
            new StepDaemons(machine, processes, StepDaemons.ROOT_ONLY),
            new JobCgroups(machine, identity.node()));
    JobSpool spool =
        new JobSpool(new SpoolDirectory(spooled, SpoolDirectory.ROOT_ONLY), node, steps);
    JobSources jobs = new JobSources(Optional.of(spool), stationRuns());
    NodeLedger ledger = new NodeLedger(settings.ledger().directory(), identity);
    CheckpointFile local = new CheckpointFile(run.resolve("state/checkpoint.json"));
    Path socket = run.resolve("job.sock");
    Optional<DaemonLock> lock = lockOfChain(run.resolve("state/monitord.lock"));
    Optional<Checkpoint> here = local.readOf(identity);
    Start start = start(node, jobs, ledger, local, here.or(() -> onShare(ledger)));
    Optional<JobSocket> open = JobSocket.openIfPossible(socket, start.answers());
    Optional<LocalSocket> figures =
        MetricsSocket.openIfPossible(run.resolve("metrics.sock"), metrics(start.monitor()));
    Path onShare = settings.ledger().directory().resolve(identity.node());
    new SharedDocument(published, onShare, identity.node()).start();
    Optional<Watchdog> watchdog =
        Watchdog.asked(
            System.getenv(),
            ProcessHandle.current().pid(),
            new CommonsExecToolRunner(),
            start.monitor()::turns);
    watchdog.ifPresent(Watchdog::start);
    Pause pause = new Pause();
    try (HealthWatch health = healthWatch(published);
        SpoolMarks marks = new SpoolMarks(spooled, pause::mark)) {
      health.start();
      marks.start();
      measure(start, pause, Optional.empty(), () -> {});
    } finally {
      watchdog.ifPresent(Watchdog::close);
      figures.ifPresent(LocalSocket::close);
      open.ifPresent(JobSocket::close);
      lock.ifPresent(DaemonLock::close);
    }
  }

  /**
   * A machine that boots the nodes' image and is none of them, a virtual one say. On a node of
   * Slurm jobs are counted without meters too; a node that is not described yet may have cards.
   * With a reader of its own: the monitor's tells it of the cards at its first look, and only then.
   */
  private boolean hasNothingToMeasure(Path published) {
    PublishedNode node = new PublishedNode(published);
    node.refresh();
    PowercapMeter packages = powercap();
    packages.poll();
    return node.isWithoutGpu() && packages.meters().isEmpty();
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

  private PowercapMeter powercap() {
    return new PowercapMeter(machine, clock, settings.meters().longestInterval());
  }

  /** With a reader of its own of what the node has published: it runs in another thread. */
  private HealthWatch healthWatch(Path published) {
    PublishedNode node = new PublishedNode(published);
    return HealthWatch.of(
        machine,
        clock,
        settings.health(),
        settings.discovery(),
        () -> {
          node.refresh();
          return node.cardsOfSlurm();
        },
        release);
  }

  /**
   * Empty, and said, where the lock cannot be made: the node is measured all the same.
   *
   * @throws IOException if another daemon has it: two would write one chain
   */
  private static Optional<DaemonLock> lockOfChain(Path file) throws IOException {
    Optional<DaemonLock> lock;
    try {
      lock = DaemonLock.tryTake(file);
    } catch (IOException e) {
      LOG.warn(
          "{} cannot be made: a second daemon is seen by its socket alone: {}", file, e.toString());
      return Optional.empty();
    }
    if (lock.isEmpty()) {
      throw new IOException("another sobre-monitord of this node holds " + file + ": stop it");
    }
    return lock;
  }

  /**
   * A user's own, on a machine without Slurm. Returns at once if one runs already.
   *
   * @throws IOException if a directory cannot be made or is not the user's alone
   */
  void runForUser(OwnStation station) throws IOException {
    OwnDirectories.make(station, OwnStation.uidOfThisProcess());
    Path lockFile = station.run().resolve("monitord.lock");
    Optional<DaemonLock> taken = DaemonLock.take(lockFile, station.socket(), OWN_PATIENCE);
    if (taken.isPresent()) {
      DaemonLock lock = taken.get();
      try {
        measureIntoOneChain(station);
      } finally {
        lock.close();
      }
    }
  }

  /** Another run directory, of a login or a cron job, leads to the same ledger. */
  private void measureIntoOneChain(OwnStation station) throws IOException {
    DaemonLock lock = DaemonLock.ofLedger(station, identity.node());
    try {
      measureForUser(station);
    } finally {
      lock.close();
    }
  }

  private void measureForUser(OwnStation station) throws IOException {
    NodeScan scan = NodeScan.ofThisMachine(settings.discovery());
    NodeInventory node =
        ScannedNode.scanning(
            () -> new ScannedNode.Found(OnlineCpus.count(machine), scan.gpus().gpus()));
    JobSources jobs = new JobSources(Optional.empty(), stationRuns());
    NodeLedger ledger = new NodeLedger(station.ledger(), identity);
    CheckpointFile local = new CheckpointFile(station.run().resolve("checkpoint.json"));
    // a daemon with another run directory may have written the ledger since the state here
    Optional<Checkpoint> left = CheckpointFile.newest(local.readOf(identity), onShare(ledger));
    Start start = start(node, jobs, ledger, local, left);
    JobSocket socket = JobSocket.open(station.socket(), start.answers(), LocalSocket.Access.OWNER);
    try {
      // Who comes while the last lines are put down finds nobody, and starts the next daemon.
      measure(start, new Pause(), Optional.of(OWN_IDLE_END), socket::close);
    } finally {
      socket.close();
    }
  }

  /** Made, and not running yet. */
  private record Start(Monitor monitor, LedgerWriter writer, JobAnswers answers) {}

  private Start start(
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

  private void measure(Start start, Pause pause, Optional<Duration> idleEnd, Runnable ending) {
    start.writer().start();
    StopSignal stop = StopSignal.install(pause::stop);
    try {
      LOG.info("measuring {} of cluster {}", identity.node(), identity.cluster());
      start.monitor().run(settings.meters().interval(), pause, idleEnd, ending);
    } finally {
      stop.close();
    }
  }

  private MetricsAnswers metrics(Monitor monitor) {
    boolean withAccounts = settings.metrics().accounts();
    PageLabels labels = new PageLabels(Main.version(), identity.cluster(), withAccounts);
    return new MetricsAnswers(monitor::figures, clock, machine, labels);
  }

  private StationRuns stationRuns() {
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

  private Optional<Checkpoint> onShare(NodeLedger ledger) {
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
