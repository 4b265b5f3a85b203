package org.sobre.daemon;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sobre.daemon.health.HealthWatch;
import org.sobre.energy.accrual.Checkpoint;
import org.sobre.energy.accrual.NodeIdentity;
import org.sobre.energy.meter.PowercapMeter;
import org.sobre.energy.occupancy.StepDaemons;
import org.sobre.energy.station.OwnStation;
import org.sobre.hardware.node.NodeScan;
import org.sobre.hardware.probe.CommonsExecToolRunner;
import org.sobre.hardware.probe.SysRoot;
import org.sobre.slurm.job.SpoolDirectory;
import org.sobre.slurm.job.cgroup.JobCgroups;

/** The boot sequence, of the node's daemon and of a user's own. */
final class Daemon {

  private static final Logger LOG = LoggerFactory.getLogger(Daemon.class);

  private static final Duration OWN_IDLE_END = Duration.ofSeconds(10);

  /** For another one that is just putting its last lines down. */
  private static final Duration OWN_PATIENCE = Duration.ofSeconds(20);

  private final Settings settings;
  private final SysRoot machine;
  private final Assembly assembly;
  private final NodeIdentity identity;

  Daemon(Settings settings) throws IOException {
    this.settings = requireNonNull(settings, "settings");
    this.machine = SysRoot.machine();
    this.assembly = new Assembly(settings, machine);
    this.identity = assembly.identity();
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
            new StepDaemons(machine, assembly.processes(), StepDaemons.ROOT_ONLY),
            new JobCgroups(machine, identity.node()));
    JobSpool spool =
        new JobSpool(new SpoolDirectory(spooled, SpoolDirectory.ROOT_ONLY), node, steps);
    JobSources jobs = new JobSources(Optional.of(spool), assembly.stationRuns());
    NodeLedger ledger = new NodeLedger(settings.ledger().directory(), identity);
    CheckpointFile local = new CheckpointFile(run.resolve("state/checkpoint.json"));
    Path socket = run.resolve("job.sock");
    Optional<DaemonLock> lock = lockOfChain(run.resolve("state/monitord.lock"));
    Optional<Checkpoint> here = local.readOf(identity);
    Assembly.Start start =
        assembly.start(node, jobs, ledger, local, here.or(() -> assembly.onShare(ledger)));
    Optional<JobSocket> open = JobSocket.openIfPossible(socket, start.answers());
    Optional<LocalSocket> figures =
        MetricsSocket.openIfPossible(
            run.resolve("metrics.sock"), assembly.metrics(start.monitor()));
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
      assembly.measure(start, pause, Optional.empty(), () -> {});
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
    PowercapMeter packages = assembly.powercap();
    packages.poll();
    return node.isWithoutGpu() && packages.meters().isEmpty();
  }

  /** With a reader of its own of what the node has published: it runs in another thread. */
  private HealthWatch healthWatch(Path published) {
    PublishedNode node = new PublishedNode(published);
    return HealthWatch.of(
        machine,
        assembly.clock(),
        settings.health(),
        settings.discovery(),
        () -> {
          node.refresh();
          return node.cardsOfSlurm();
        },
        assembly.release());
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
    JobSources jobs = new JobSources(Optional.empty(), assembly.stationRuns());
    NodeLedger ledger = new NodeLedger(station.ledger(), identity);
    CheckpointFile local = new CheckpointFile(station.run().resolve("checkpoint.json"));
    // a daemon with another run directory may have written the ledger since the state here
    Optional<Checkpoint> left =
        CheckpointFile.newest(local.readOf(identity), assembly.onShare(ledger));
    Assembly.Start start = assembly.start(node, jobs, ledger, local, left);
    JobSocket socket = JobSocket.open(station.socket(), start.answers(), LocalSocket.Access.OWNER);
    try {
      // Who comes while the last lines are put down finds nobody, and starts the next daemon.
      assembly.measure(start, new Pause(), Optional.of(OWN_IDLE_END), socket::close);
    } finally {
      socket.close();
    }
  }
}
