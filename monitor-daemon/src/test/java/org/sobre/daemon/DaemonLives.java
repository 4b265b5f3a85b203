package org.sobre.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.sobre.daemon.health.CardRelease;
import org.sobre.daemon.metrics.NodeFigures;
import org.sobre.energy.accrual.Accrual;
import org.sobre.energy.accrual.Checkpoint;
import org.sobre.energy.accrual.NodeIdentity;
import org.sobre.energy.cputime.CpuTimes;
import org.sobre.energy.ledger.BalanceLine;
import org.sobre.energy.ledger.JobLine;
import org.sobre.energy.ledger.LedgerCodec;
import org.sobre.energy.ledger.LedgerDirectory;
import org.sobre.energy.ledger.LedgerFormatException;
import org.sobre.energy.ledger.LedgerLine;
import org.sobre.energy.ledger.LedgerVerifier;
import org.sobre.energy.ledger.MeterId;
import org.sobre.energy.ledger.Part;
import org.sobre.energy.ledger.Quality;
import org.sobre.energy.meter.Meter;
import org.sobre.energy.meter.MeterStatus;
import org.sobre.energy.meter.MeteredInterval;
import org.sobre.energy.meter.MetersConfig;
import org.sobre.energy.occupancy.ProcessTable;
import org.sobre.hardware.clock.WallClockTrust;
import org.sobre.hardware.probe.SysRoot;
import org.sobre.hardware.units.Energy;
import org.sobre.slurm.job.JobKey;
import org.sobre.slurm.job.SpoolDirectory;
import org.sobre.slurm.job.cgroup.JobName;
import org.sobre.slurm.node.PublishedGpu;

/** The daemon's loop over real files, with a clock and a meter of 100 W that the test moves. */
@Timeout(60)
abstract class DaemonLives {

  private static final MetersConfig METERS = new MetersConfig(Duration.ofSeconds(1));
  static final long SECOND = 1_000_000_000L;

  @TempDir Path directory;
  final TestClock clock = new TestClock();

  /** Which run a control group of job 7 was taken for, each second. */
  final List<Optional<JobKey>> ofGroups = new ArrayList<>();

  private final CpuTimes cpuTimes =
      jobs -> {
        ofGroups.add(jobs.apply(JobName.ofId(7)));
        return Optional.empty();
      };
  Path spool = Path.of("unset");
  Path node = Path.of("unset");

  /** 100 W on GPU-a, seen at each poll. */
  private final class SteadyMeter implements Meter {
    private final MeterId id = new MeterId(Part.GPU, "GPU-a");
    private long last = clock.nanosSinceBoot();

    @Override
    public List<MeteredInterval> poll() {
      long from = last;
      last = clock.nanosSinceBoot();
      if (last <= from || last - from > 3 * SECOND) {
        return List.of();
      }
      Energy energy = Energy.ofMicrojoules((last - from) / 10);
      return List.of(
          new MeteredInterval(id, from, last, energy, Quality.SAMPLED, Optional.empty()));
    }

    @Override
    public List<MeterStatus> meters() {
      return List.of(new MeterStatus(id, "nvidia-smi", Optional.empty()));
    }

    @Override
    public void close() {}
  }

  private static final class NoGpus implements NodeMeters.GpuReaders {
    @Override
    public NodeMeters.OfGpus read(List<PublishedGpu> gpus) {
      return NodeMeters.OfGpus.NOTHING;
    }
  }

  /** One life of the daemon. */
  final class Life {
    final ProcessTable table = new ProcessTable(new SysRoot(directory));
    final StationRuns runs = new StationRuns(table, clock, Optional.empty());
    final LedgerWriter writer;
    final Monitor monitor;

    Life(String boot) throws IOException {
      NodeIdentity identity = new NodeIdentity("c", "n1", boot);
      NodeLedger ledger = new NodeLedger(directory.resolve("ledger"), identity);
      CheckpointFile local = new CheckpointFile(directory.resolve("checkpoint.json"));
      Optional<Checkpoint> here = local.readOf(identity);
      Optional<Checkpoint> left =
          here.isPresent() ? here : ledger.checkpointFile().readOf(identity, Duration.ofSeconds(9));
      Accrual accrual =
          left.isPresent()
              ? Accrual.resume(left.get(), METERS)
              : Accrual.fresh(identity, METERS, clock.nanosSinceBoot(), clock.wall());
      PublishedNode published = new PublishedNode(node);
      writer = new LedgerWriter(ledger, clock, Duration.ofSeconds(60));
      JobSpool jobs =
          new JobSpool(
              new SpoolDirectory(spool, uid -> true), published, WrittenSteps.in(directory));
      monitor =
          new Monitor(
              "n1",
              clock,
              new WallClockTrust(new SysRoot(directory), Instant.EPOCH),
              accrual,
              published,
              new JobSources(Optional.of(jobs), runs),
              new NodeMeters(
                  List.of(new SteadyMeter()),
                  new NoGpus(),
                  table,
                  accrual.presencesFor(),
                  new CardRelease(clock),
                  cpuTimes),
              writer,
              local);
      writer.start();
    }

    NodeFigures figures() {
      return monitor.figures().orElseThrow();
    }

    long joules() {
      return figures().meters().stream()
          .flatMap(meter -> meter.microjoules().values().stream())
          .mapToLong(microjoules -> microjoules / 1_000_000)
          .sum();
    }

    void seconds(int count) {
      for (int i = 0; i < count; i++) {
        clock.nanos.addAndGet(SECOND);
        monitor.tick();
      }
    }

    /** Gives the writer's thread the time to write, without any passing on the node. */
    void untilWritten(int lines) {
      await()
          .atMost(Duration.ofSeconds(20))
          .until(
              () -> {
                monitor.tick();
                return ledger().size() >= lines;
              });
      monitor.tick();
    }

    /** As SIGKILL: nothing is put down. The thread is let end, as a process would. */
    void kill() {
      writer.finish(Duration.ofSeconds(10));
    }

    void stop() {
      Pause now = new Pause();
      now.stop();
      monitor.run(Duration.ofSeconds(1), now, Optional.empty(), () -> {});
    }
  }

  @BeforeEach
  void layOut() throws IOException {
    spool = Files.createDirectories(directory.resolve("jobs"));
    node = directory.resolve("node.json");
    publish();
  }

  final void assertWhole() throws IOException {
    assertThat(LedgerVerifier.verify(new LedgerDirectory(directory.resolve("ledger"))).findings())
        .isEmpty();
    assertThat(ledger())
        .filteredOn(BalanceLine.class::isInstance)
        .isNotEmpty()
        .allSatisfy(
            line ->
                ((BalanceLine) line)
                    .meters()
                    .forEach(meter -> assertThat(meter.accounted()).isEqualTo(meter.total())));
  }

  final List<JobLine> jobLines() throws IOException {
    return ledger().stream().filter(JobLine.class::isInstance).map(JobLine.class::cast).toList();
  }

  final List<LedgerLine> ledger() throws IOException {
    List<LedgerLine> lines = new ArrayList<>();
    LedgerDirectory ledger = new LedgerDirectory(directory.resolve("ledger"));
    for (LedgerDirectory.LedgerFile file : ledger.files("n1")) {
      for (String line : Files.readAllLines(file.path())) {
        try {
          lines.add(LedgerCodec.decode(line));
        } catch (LedgerFormatException e) {
          throw new AssertionError(line, e);
        }
      }
    }
    return lines;
  }

  final long spoolFiles() throws IOException {
    try (Stream<Path> files = Files.list(spool)) {
      return files.count();
    }
  }

  final void begin(int job, double uptime) throws IOException {
    Files.writeString(
        spool.resolve(job + ".0.begin"),
        String.format(
            Locale.ROOT,
            "v=1%njob=%d%nrestart=0%nuptime=%.2f%nuid=1000%nuser=alice%naccount=lab%n"
                + "partition=gpu%ngpus=0%ncpus=1%ncomplete=1%n",
            job,
            uptime));
  }

  final void end(int job, double uptime) throws IOException {
    Files.writeString(
        spool.resolve(job + ".0.end"),
        String.format(
            Locale.ROOT,
            "v=1%njob=%d%nrestart=0%nuptime=%.2f%nwaitstatus=768%ncomplete=1%n",
            job,
            uptime));
  }

  final void publish() throws IOException {
    Files.writeString(
        node,
        """
        {"v":1,"node":"n1","boot":"boot-a","at":"2026-11-20T12:00:00Z","digest":"d",
         "gres":[{"position":0,"name":"gpu","type":"t","file":"/dev/dri/card0","device":"GPU-a"}],
         "features":[],"cpu":{"model":"m","sockets":1,"cores":4,"threads":8},"memoryMiB":1000}
        """);
  }
}
