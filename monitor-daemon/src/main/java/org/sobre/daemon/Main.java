package org.sobre.daemon;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sobre.energy.accrual.Accrual;
import org.sobre.energy.accrual.Checkpoint;
import org.sobre.energy.accrual.NodeIdentity;
import org.sobre.energy.ledger.LedgerConfig;
import org.sobre.energy.meter.KernelUptimeClock;
import org.sobre.energy.meter.MetersConfig;
import org.sobre.energy.meter.PowercapMeter;
import org.sobre.energy.meter.UptimeClock;
import org.sobre.hardware.config.ConfigurationException;
import org.sobre.hardware.config.SobreConfig;
import org.sobre.hardware.node.DiscoveryConfig;
import org.sobre.hardware.node.HostName;
import org.sobre.hardware.probe.SysRoot;
import org.sobre.slurm.job.SpoolDirectory;

/** sobre-monitord. Exit statuses: docs/exit-codes.md, and 143 when stopped by SIGTERM. */
public final class Main {

  private static final int DONE = 0;
  private static final int USAGE = 2;
  private static final int SOFTWARE = 70;
  private static final int INPUT_OUTPUT = 74;
  private static final int BAD_CONFIGURATION = 78;

  /** A share that does not answer by then may hold what an earlier daemon of this boot knew. */
  private static final Duration SHARE_DEADLINE = Duration.ofSeconds(10);

  private static final Logger LOG = LoggerFactory.getLogger(Main.class);

  private Main() {}

  public static void main(String[] arguments) {
    Options options;
    try {
      options = Options.parse(List.of(arguments));
    } catch (IllegalArgumentException e) {
      System.err.println("sobre-monitord: " + e.getMessage());
      System.err.print(Options.USAGE);
      System.exit(USAGE);
      return;
    }
    switch (options.kind()) {
      case HELP -> System.out.print(Options.USAGE);
      case VERSION -> System.out.println("sobre-monitord " + version());
      case RUN -> System.exit(run(options));
    }
  }

  private static int run(Options options) {
    try {
      SobreConfig config = SobreConfig.load(options.config(), HostName.of(SysRoot.machine()));
      MetersConfig meters = MetersConfig.from(config.meters());
      LedgerConfig ledger = LedgerConfig.from(config.ledger());
      DiscoveryConfig discovery = DiscoveryConfig.from(config.discovery());
      config.problems().refuseIfAny();
      measure(config.cluster().orElse("cluster"), meters, ledger, discovery);
      return DONE;
    } catch (ConfigurationException e) {
      e.problems().forEach(problem -> System.err.println("sobre-monitord: " + problem));
      return BAD_CONFIGURATION;
    } catch (IOException e) {
      LOG.error("{}", e.toString());
      return INPUT_OUTPUT;
    } catch (RuntimeException e) {
      LOG.error("a defect of Sobre, please report it", e);
      return SOFTWARE;
    }
  }

  private static void measure(
      String cluster, MetersConfig meters, LedgerConfig ledger, DiscoveryConfig discovery)
      throws IOException {
    SysRoot machine = SysRoot.machine();
    UptimeClock clock = new KernelUptimeClock(machine, Clock.systemUTC());
    NodeIdentity identity = identity(cluster, machine);
    Path run = machine.run().resolve("sobre");
    CheckpointFile local = new CheckpointFile(run.resolve("state/checkpoint.json"));
    NodeLedger nodeLedger = new NodeLedger(ledger.directory(), identity);

    Accrual accrual = takeUp(identity, local, nodeLedger, meters, clock);
    PublishedNode node = new PublishedNode(run.resolve("slurm/node.json"));
    JobSpool spool =
        new JobSpool(new SpoolDirectory(run.resolve("jobs"), SpoolDirectory.ROOT_ONLY), node);
    LedgerWriter writer = new LedgerWriter(nodeLedger, clock, ledger.checkpoint());
    writer.start();
    Monitor monitor =
        new Monitor(
            clock,
            accrual,
            node,
            spool,
            writer,
            local,
            List.of(new PowercapMeter(machine, clock, meters.longestInterval())),
            new GpuMeters(machine, discovery.nvidiaSmi(), clock, meters)::of);
    Optional<JobSocket> socket =
        JobSocket.openIfPossible(
            run.resolve("job.sock"), new JobAnswers(monitor::declare), monitor::views);
    try (StopSignal stop = StopSignal.install()) {
      LOG.info("measuring {} of cluster {}", identity.node(), cluster);
      monitor.run(meters.interval(), stop.asked());
    } finally {
      socket.ifPresent(JobSocket::close);
    }
  }

  /** From the newest state that an earlier daemon of this boot left; else from now. */
  private static Accrual takeUp(
      NodeIdentity identity,
      CheckpointFile local,
      NodeLedger ledger,
      MetersConfig meters,
      UptimeClock clock)
      throws IOException {
    Optional<Checkpoint> here = local.readOf(identity);
    Optional<Checkpoint> left =
        here.isPresent() ? here : ledger.checkpointFile().readOf(identity, SHARE_DEADLINE);
    if (left.isPresent()) {
      LOG.info("goes on from a checkpoint with {} jobs", left.get().runs().size());
      return Accrual.resume(left.get(), meters);
    }
    return Accrual.fresh(identity, meters, clock.nanosSinceBoot(), clock.wall());
  }

  private static NodeIdentity identity(String cluster, SysRoot machine) throws IOException {
    Path kernel = machine.proc().resolve("sys/kernel");
    String host = Files.readString(kernel.resolve("hostname")).strip();
    int dot = host.indexOf('.');
    return new NodeIdentity(
        cluster,
        dot < 0 ? host : host.substring(0, dot),
        Files.readString(kernel.resolve("random/boot_id")).strip());
  }

  private static String version() {
    String version = Main.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }
}
