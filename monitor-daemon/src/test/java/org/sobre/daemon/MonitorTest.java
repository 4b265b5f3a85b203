package org.sobre.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.sobre.energy.accrual.Accrual;
import org.sobre.energy.accrual.Checkpoint;
import org.sobre.energy.accrual.NodeIdentity;
import org.sobre.energy.ledger.BalanceLine;
import org.sobre.energy.ledger.BootLine;
import org.sobre.energy.ledger.JobLine;
import org.sobre.energy.ledger.LedgerAppender;
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
import org.sobre.energy.occupancy.GpuProcesses;
import org.sobre.energy.occupancy.ProcessTable;
import org.sobre.hardware.clock.WallClockTrust;
import org.sobre.hardware.probe.SysRoot;
import org.sobre.hardware.units.Energy;
import org.sobre.slurm.job.SpoolDirectory;
import org.sobre.slurm.node.PublishedGpu;

/** The daemon's loop over real files, with a clock and a meter of 100 W that the test moves. */
@Timeout(60)
class MonitorTest {

  private static final MetersConfig METERS = new MetersConfig(Duration.ofSeconds(1));
  private static final long SECOND = 1_000_000_000L;

  @TempDir Path directory;
  private final TestClock clock = new TestClock();
  private Path spool = Path.of("unset");
  private Path node = Path.of("unset");

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
    public List<Meter> meters(List<PublishedGpu> gpus) {
      return List.of();
    }

    @Override
    public List<GpuProcesses> processes(List<PublishedGpu> gpus) {
      return List.of();
    }
  }

  /** One life of the daemon. */
  private final class Life {
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
      JobSpool jobs = new JobSpool(new SpoolDirectory(spool, uid -> true), published);
      monitor =
          new Monitor(
              "n1",
              clock,
              new WallClockTrust(new SysRoot(directory), Instant.EPOCH),
              accrual,
              published,
              new JobSources(Optional.of(jobs), runs),
              new NodeMeters(
                  List.of(new SteadyMeter()), new NoGpus(), table, accrual.presencesFor()),
              writer,
              local);
      writer.start();
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
      CountDownLatch now = new CountDownLatch(0);
      monitor.run(Duration.ofSeconds(1), now, Optional.empty(), () -> {});
    }
  }

  @BeforeEach
  void layOut() throws IOException {
    spool = Files.createDirectories(directory.resolve("jobs"));
    node = directory.resolve("node.json");
    publish();
  }

  @Test
  void aShortJobHasItsLineItsEnergyAndNoFilesLeft() throws Exception {
    Life life = new Life("boot-a");
    life.seconds(5);
    begin(7, 103.25);
    life.seconds(1);
    end(7, 105.75);
    life.seconds(10);
    life.untilWritten(2);

    JobLine line = jobLines().get(0);
    assertThat(line.elapsedMillis()).isEqualTo(2_500);
    assertThat(line.energy()).hasSize(1);
    assertThat(line.energy().get(0).energy().total().microjoules()).isEqualTo(250_000_000);
    assertThat(line.energy().get(0).observedMillis()).isEqualTo(2_500);
    assertThat(line.waitStatus()).hasValue(768);
    await().until(() -> spoolFiles() == 0);
    life.stop();
    assertWhole();
  }

  @Test
  void aKillCostsOnlyTheTimeInWhichNoDaemonRan() throws Exception {
    Life first = new Life("boot-a");
    first.untilWritten(1);
    begin(7, 100.0);
    first.seconds(10);
    first.kill();
    clock.nanos.addAndGet(20 * SECOND);
    Life second = new Life("boot-a");
    second.seconds(5);
    end(7, 135.0);
    second.seconds(6);
    second.untilWritten(2);
    second.stop();

    assertThat(jobLines()).hasSize(1);
    JobLine line = jobLines().get(0);
    assertThat(line.elapsedMillis()).isEqualTo(35_000);
    assertThat(line.energy().get(0).observedMillis()).isEqualTo(15_000);
    assertThat(line.energy().get(0).energy().total().microjoules()).isEqualTo(1_500_000_000);
    assertWhole();
  }

  @Test
  void aJobIsWrittenOnceThoughItsFilesAreStillThereAtTheNextStart() throws Exception {
    Life first = new Life("boot-a");
    first.untilWritten(1);
    begin(7, 101.0);
    first.seconds(3);
    end(7, 102.0);
    // The job is sealed by the tick at 106 s and written without another one: killed before it
    // could remove the files.
    first.seconds(3);
    await().atMost(Duration.ofSeconds(20)).until(() -> !jobLines().isEmpty());
    assertThat(spoolFiles()).isEqualTo(2);
    first.kill();

    Life second = new Life("boot-a");
    second.seconds(6);
    second.stop();

    assertThat(jobLines()).hasSize(1);
    assertThat(spoolFiles()).isZero();
    assertWhole();
  }

  @Test
  void aLineIsNotTakenForWrittenBecauseTheLocalStateHadGrownOld() throws Exception {
    Life first = new Life("boot-a");
    first.untilWritten(1);
    first.seconds(3);
    Files.createDirectory(directory.resolve("checkpoint.json.new"));
    begin(7, 103.0);
    first.seconds(1);
    end(7, 104.0);
    first.seconds(8);
    first.untilWritten(2);
    first.kill();
    Files.delete(directory.resolve("checkpoint.json.new"));

    Life second = new Life("boot-a");
    second.seconds(1);
    begin(8, 113.0);
    second.seconds(1);
    end(8, 114.0);
    second.seconds(8);
    second.stop();

    assertThat(jobLines()).extracting(line -> line.facts().key().id()).containsExactly(7L, 8L);
    assertWhole();
  }

  @Test
  void aLineThatArrivedThoughItsWriteFailedIsNotWrittenTwice() throws Exception {
    Life life = new Life("boot-a");
    life.untilWritten(1);
    begin(7, 101.0);
    life.seconds(2);
    end(7, 102.0);
    Path node1 = directory.resolve("ledger/n1");
    Path file = node1.resolve("2026-11.boot-a.jsonl");
    Path aside = directory.resolve("aside/n1/2026-11.boot-a.jsonl");
    Files.createDirectories(aside.getParent());
    Files.move(file, aside);
    Files.createDirectory(file);
    life.seconds(8);
    CheckpointFile share = new CheckpointFile(node1.resolve("checkpoint.boot-a.json"));
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> !share.read().orElseThrow().pending().isEmpty());
    LedgerAppender.open(new LedgerDirectory(directory.resolve("aside")), "c", "n1", "boot-a")
        .append(share.read().orElseThrow().pending().get(0)::chained);
    Files.delete(file);
    Files.move(aside, file);
    await()
        .atMost(Duration.ofSeconds(20))
        .until(
            () -> {
              life.monitor.tick();
              return spoolFiles() == 0;
            });
    life.stop();

    assertThat(jobLines()).hasSize(1);
    assertWhole();
  }

  @Test
  void theCheckpointOfAnotherNodeIsLeftAlone() throws Exception {
    Life first = new Life("boot-a");
    first.untilWritten(1);
    first.seconds(3);
    first.kill();
    Path ledger = directory.resolve("ledger");
    Path foreign = ledger.resolve("n1/checkpoint.boot-x.json");
    Files.writeString(
        foreign,
        Files.readString(ledger.resolve("n1/checkpoint.boot-a.json"))
            .replace("\"node\":\"n1\"", "\"node\":\"../n2\"")
            .replace("boot-a", "boot-x"));

    Life second = new Life("boot-b");
    second.seconds(3);
    second.stop();

    assertThat(foreign).exists();
    assertThat(ledger())
        .anyMatch(line -> line instanceof BootLine && line.header().boot().equals("boot-b"));
  }

  @Test
  void aJobLearnsNoMoreThanOneReadingASecond() throws Exception {
    Life life = new Life("boot-a");
    begin(7, 100.0);
    life.seconds(2);
    Set<Long> elapsed = new HashSet<>();
    for (int i = 0; i < 20; i++) {
      clock.nanos.addAndGet(SECOND / 5);
      life.monitor.tick();
      life.monitor.jobs().values().forEach(view -> elapsed.add(view.elapsedMillis()));
    }
    assertThat(elapsed).hasSizeBetween(4, 5);
    life.stop();
  }

  @Test
  void theNextBootClosesWhatAPowerCutLeft() throws Exception {
    Life first = new Life("boot-a");
    first.untilWritten(1);
    begin(7, 101.0);
    first.seconds(130);
    first.kill();
    // The machine's memory is gone, the share is not.
    Files.delete(directory.resolve("checkpoint.json"));
    try (Stream<Path> files = Files.list(spool)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    clock.nanos.addAndGet(1_000 * SECOND);
    Life second = new Life("boot-b");
    second.seconds(3);
    await().atMost(Duration.ofSeconds(20)).until(() -> ledger().size() >= 4);
    second.stop();

    assertThat(jobLines()).hasSize(1);
    JobLine line = jobLines().get(0);
    assertThat(line.header().boot()).isEqualTo("boot-a");
    assertThat(line.recovered()).isTrue();
    assertThat(line.endFrom()).isEqualTo(JobLine.EndFrom.REBOOT);
    assertThat(line.energy().get(0).observedMillis()).isBetween(60_000L, 130_000L);
    BootLine boot =
        (BootLine)
            ledger().stream()
                .filter(one -> one instanceof BootLine && one.header().boot().equals("boot-b"))
                .findFirst()
                .orElseThrow();
    assertThat(boot.previous()).contains(new BootLine.PreviousBoot("boot-a", 3));
    assertWhole();
  }

  @Test
  void aLedgerThatIsAwayStopsNothingAndGetsAllWhenItIsBack() throws Exception {
    Path root = directory.resolve("ledger");
    Files.writeString(root, "a file where the directory should be");
    Life life = new Life("boot-a");
    begin(7, 101.0);
    life.seconds(3);
    end(7, 103.0);
    life.seconds(10);
    assertThat(spoolFiles()).isEqualTo(2);

    Files.delete(root);
    life.untilWritten(2);
    life.stop();

    assertThat(jobLines()).hasSize(1);
    assertWhole();
  }

  @Test
  void aGpuJobWaitsForTheNodeToBePublished() throws Exception {
    Files.delete(node);
    Life life = new Life("boot-a");
    begin(7, 101.0);
    life.seconds(2);
    assertThat(life.monitor.jobs()).isEmpty();

    publish();
    life.seconds(1);
    assertThat(life.monitor.jobs()).hasSize(1);
    life.stop();
  }

  private void assertWhole() throws IOException {
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

  private List<JobLine> jobLines() throws IOException {
    return ledger().stream().filter(JobLine.class::isInstance).map(JobLine.class::cast).toList();
  }

  private List<LedgerLine> ledger() throws IOException {
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

  private long spoolFiles() throws IOException {
    try (Stream<Path> files = Files.list(spool)) {
      return files.count();
    }
  }

  private void begin(int job, double uptime) throws IOException {
    Files.writeString(
        spool.resolve(job + ".0.begin"),
        String.format(
            Locale.ROOT,
            "v=1%njob=%d%nrestart=0%nuptime=%.2f%nuid=1000%nuser=alice%naccount=lab%n"
                + "partition=gpu%ngpus=0%ncpus=1%ncomplete=1%n",
            job,
            uptime));
  }

  private void end(int job, double uptime) throws IOException {
    Files.writeString(
        spool.resolve(job + ".0.end"),
        String.format(
            Locale.ROOT,
            "v=1%njob=%d%nrestart=0%nuptime=%.2f%nwaitstatus=768%ncomplete=1%n",
            job,
            uptime));
  }

  private void publish() throws IOException {
    Files.writeString(
        node,
        """
        {"v":1,"node":"n1","boot":"boot-a","at":"2026-11-20T12:00:00Z","digest":"d",
         "gres":[{"position":0,"name":"gpu","type":"t","file":"/dev/dri/card0","device":"GPU-a"}],
         "features":[],"cpu":{"model":"m","sockets":1,"cores":4,"threads":8},"memoryMiB":1000}
        """);
  }
}
