package org.sobre.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.sobre.daemon.TestClock.SECOND;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sobre.daemon.health.CardRelease;
import org.sobre.energy.accrual.Accrual;
import org.sobre.energy.accrual.Checkpoint;
import org.sobre.energy.accrual.NodeIdentity;
import org.sobre.energy.cputime.CpuTimes;
import org.sobre.energy.ledger.BootLine;
import org.sobre.energy.ledger.JobLine;
import org.sobre.energy.ledger.JobLine.HeldGpu;
import org.sobre.energy.ledger.LedgerCodec;
import org.sobre.energy.ledger.LedgerDirectory;
import org.sobre.energy.ledger.LedgerFormatException;
import org.sobre.energy.ledger.LedgerLine;
import org.sobre.energy.ledger.LedgerVerifier;
import org.sobre.energy.meter.MetersConfig;
import org.sobre.energy.occupancy.ProcessTable;
import org.sobre.hardware.clock.WallClockTrust;
import org.sobre.hardware.probe.SysRoot;
import org.sobre.slurm.job.JobFacts;
import org.sobre.slurm.job.JobKey;
import org.sobre.slurm.job.SpoolRecord;
import org.sobre.slurm.node.PublishedGpu;

/** A machine that boots with its clock a year off, and a time service that sets it. */
class UnsetClockTest {

  private static final MetersConfig METERS = new MetersConfig(Duration.ofSeconds(1));
  private static final Instant BOOTED = Instant.parse("2026-11-20T12:00:00Z");
  private static final Instant A_YEAR_BACK = BOOTED.minus(Duration.ofDays(365));
  private static final JobKey JOB = new JobKey(7, 0);

  @TempDir Path directory;
  private final TestClock clock = new TestClock();
  private Path timesyncd;

  @BeforeEach
  void aTimeServiceRuns() throws IOException {
    timesyncd = Files.createDirectories(directory.resolve("run/systemd/timesync"));
    clock.bootedAt = A_YEAR_BACK;
    clock.nanos.set(20 * SECOND);
  }

  @Test
  void linesWaitForTheClockAndAreLabelledByIt() throws Exception {
    Life life = new Life("boot-a");
    life.job(5);
    life.seconds(30);
    await().until(() -> Files.exists(checkpoint("boot-a")));
    assertThat(ledger()).isEmpty();

    clock.bootedAt = BOOTED;
    life.seconds(1);
    Files.createFile(timesyncd.resolve("synchronized"));
    life.untilWritten(2);
    life.stop();

    assertThat(months()).containsExactly("2026-11.boot-a.jsonl");
    assertThat(job().begin()).isEqualTo(BOOTED.plusSeconds(20));
    assertThat(job().end()).isEqualTo(BOOTED.plusSeconds(25));
    assertThat(ledger()).noneMatch(line -> line.header().clockUnset());
    assertThat(((BootLine) ledger().get(0)).at()).isAfter(BOOTED);
    assertWhole();
  }

  @Test
  void theWaitHasAnEndAndTheLinesSaySo() throws Exception {
    Life life = new Life("boot-a");
    life.job(5);
    life.seconds(10);
    clock.nanos.set(ClockWatch.PATIENCE.toNanos());
    life.untilWritten(2);
    life.stop();

    assertThat(months()).containsExactly("2025-11.boot-a.jsonl");
    assertThat(ledger()).allMatch(line -> line.header().clockUnset());
    assertThat(job().elapsedMillis()).isEqualTo(5_000);
    assertWhole();
  }

  @Test
  void whereNoServiceRunsNothingWaits() throws Exception {
    Files.delete(timesyncd);
    Life life = new Life("boot-a");
    life.job(5);
    life.seconds(10);
    life.untilWritten(2);
    life.stop();

    assertThat(ledger()).noneMatch(line -> line.header().clockUnset());
    assertWhole();
  }

  @Test
  void aDaemonStoppedMeanwhileLeavesItsLinesToTheNext() throws Exception {
    Life first = new Life("boot-a");
    first.job(5);
    first.seconds(10);
    first.stop();
    assertThat(ledger()).isEmpty();

    clock.bootedAt = BOOTED;
    Files.createFile(timesyncd.resolve("synchronized"));
    Life second = new Life("boot-a");
    second.untilWritten(2);
    second.stop();

    assertThat(job().begin()).isEqualTo(BOOTED.plusSeconds(20));
    assertThat(months()).containsExactly("2026-11.boot-a.jsonl");
    assertWhole();
  }

  /** The file server knows what time it was. */
  @Test
  void aPowerCutMeanwhileIsClosedAtTheTimeOfTheShare() throws Exception {
    Life first = new Life("boot-a");
    first.job(5);
    first.seconds(10);
    first.stop();
    Files.delete(directory.resolve("checkpoint.json"));
    Instant kept = BOOTED.plusSeconds(30);
    Files.setLastModifiedTime(checkpoint("boot-a"), FileTime.from(kept));

    clock.bootedAt = BOOTED.plus(Duration.ofHours(5));
    Files.createFile(timesyncd.resolve("synchronized"));
    Life second = new Life("boot-b");
    second.untilWritten(4);
    second.stop();

    assertThat(job().header().boot()).isEqualTo("boot-a");
    assertThat(job().begin()).isBetween(BOOTED.plusSeconds(15), BOOTED.plusSeconds(25));
    assertThat(job().header().clockUnset()).isTrue();
    assertThat(months()).containsExactly("2026-11.boot-a.jsonl", "2026-11.boot-b.jsonl");
    assertWhole();
  }

  private final class Life {
    final Accrual accrual;
    final LedgerWriter writer;
    final Monitor monitor;

    Life(String boot) throws IOException {
      NodeIdentity identity = new NodeIdentity("c", "n1", boot);
      NodeLedger share = new NodeLedger(directory.resolve("ledger"), identity);
      CheckpointFile local = new CheckpointFile(directory.resolve("checkpoint.json"));
      Optional<Checkpoint> left = local.readOf(identity);
      accrual =
          left.isPresent()
              ? Accrual.resume(left.get(), METERS)
              : Accrual.fresh(identity, METERS, clock.nanosSinceBoot(), clock.wall());
      SysRoot root = new SysRoot(directory);
      ProcessTable processes = new ProcessTable(root);
      writer = new LedgerWriter(share, clock, Duration.ofSeconds(60));
      monitor =
          new Monitor(
              "n1",
              clock,
              new WallClockTrust(root, Instant.EPOCH),
              accrual,
              new PublishedNode(directory.resolve("node.json")),
              new JobSources(Optional.empty(), new StationRuns(processes, clock, Optional.empty())),
              new NodeMeters(
                  List.of(),
                  new NoGpus(),
                  processes,
                  accrual.presencesFor(),
                  new CardRelease(clock),
                  CpuTimes.NONE),
              writer,
              local);
      writer.start();
    }

    void job(int seconds) {
      JobFacts facts =
          new JobFacts(JOB, "alice", 1_000, Optional.of("lab"), Optional.empty(), List.of(), 4);
      accrual.begin(
          new SpoolRecord.Begin(facts, clock.nanosSinceBoot()),
          List.of(new HeldGpu("GPU-a", "t", BigDecimal.ONE)),
          clock.nanosSinceBoot(),
          clock.wall());
      seconds(seconds);
      accrual.end(
          new SpoolRecord.End(JOB, clock.nanosSinceBoot(), OptionalInt.of(0)),
          clock.nanosSinceBoot());
    }

    void seconds(int count) {
      for (int i = 0; i < count; i++) {
        clock.nanos.addAndGet(SECOND);
        monitor.tick();
      }
    }

    void untilWritten(int lines) {
      await()
          .atMost(Duration.ofSeconds(20))
          .until(
              () -> {
                monitor.tick();
                return ledger().size() >= lines;
              });
    }

    void stop() {
      monitor.run(Duration.ofSeconds(1), stopped(), Optional.empty(), () -> {});
    }
  }

  private static final class NoGpus implements NodeMeters.GpuReaders {
    @Override
    public NodeMeters.OfGpus read(List<PublishedGpu> gpus) {
      return NodeMeters.OfGpus.NOTHING;
    }
  }

  private Path checkpoint(String boot) {
    return directory.resolve("ledger/n1/checkpoint." + boot + ".json");
  }

  private void assertWhole() throws IOException {
    assertThat(LedgerVerifier.verify(new LedgerDirectory(directory.resolve("ledger"))).findings())
        .isEmpty();
  }

  private JobLine job() throws IOException {
    return ledger().stream()
        .filter(JobLine.class::isInstance)
        .map(JobLine.class::cast)
        .findFirst()
        .orElseThrow();
  }

  private List<String> months() throws IOException {
    try (Stream<Path> files = Files.list(directory.resolve("ledger/n1"))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".jsonl"))
          .sorted()
          .toList();
    }
  }

  private List<LedgerLine> ledger() throws IOException {
    List<LedgerLine> lines = new ArrayList<>();
    for (LedgerDirectory.LedgerFile file :
        new LedgerDirectory(directory.resolve("ledger")).files("n1")) {
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

  private static Pause stopped() {
    Pause pause = new Pause();
    pause.stop();
    return pause;
  }
}
