package org.sobre.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.sobre.daemon.TestClock.SECOND;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.sobre.daemon.health.CardRelease;
import org.sobre.energy.accrual.Accrual;
import org.sobre.energy.accrual.NodeIdentity;
import org.sobre.energy.cputime.CpuTimes;
import org.sobre.energy.ledger.JobLine;
import org.sobre.energy.ledger.LedgerCodec;
import org.sobre.energy.ledger.LedgerDirectory;
import org.sobre.energy.ledger.LedgerLine;
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
import org.sobre.slurm.job.SpoolDirectory;

/** The loop in real time, a tick each ten minutes, on a clock that the test moves. */
@Timeout(60)
class MarksTest {

  private static final MetersConfig METERS = new MetersConfig(Duration.ofSeconds(1));
  private static final long FROM = 100 * SECOND;

  @TempDir Path directory;
  private final TestClock clock = new TestClock();
  private final AtomicInteger polls = new AtomicInteger();
  private final Pause pause = new Pause();
  private Path spool = Path.of("unset");

  /** A counter: 250 W from 100.25 s to 101 s, 50 W before and after. */
  private final class Counter implements Meter {
    private final MeterId id = new MeterId(Part.GPU, "GPU-a");
    private long last = FROM;

    private long microjoules(long nanos) {
      long high = Math.max(0, Math.min(nanos, FROM + SECOND) - FROM - SECOND / 4);
      return (nanos - FROM) / 20 + high / 5;
    }

    @Override
    public List<MeteredInterval> poll() {
      polls.incrementAndGet();
      long from = last;
      last = clock.nanosSinceBoot();
      Energy energy = Energy.ofMicrojoules(microjoules(last) - microjoules(from));
      return last <= from
          ? List.of()
          : List.of(new MeteredInterval(id, from, last, energy, Quality.COUNTER, Optional.empty()));
    }

    @Override
    public List<MeterStatus> meters() {
      return List.of(new MeterStatus(id, "nvml-energy", Optional.empty()));
    }

    @Override
    public void close() {}
  }

  @BeforeEach
  void publish() throws IOException {
    spool = Files.createDirectory(directory.resolve("jobs"));
    Files.writeString(
        directory.resolve("node.json"),
        """
        {"v":1,"node":"n1","boot":"boot-a","at":"2026-11-20T12:00:00Z","digest":"d",
         "gres":[{"position":0,"name":"gpu","type":"t","file":"/dev/dri/card0","device":"GPU-a"}],
         "features":[],"cpu":{"model":"m","sockets":1,"cores":4,"threads":8},"memoryMiB":1000}
        """);
  }

  @Test
  void aCounterIsReadWhereAJobBeginsAndEndsAndNotOnlyEachSecond() throws Exception {
    Thread loop = new Thread(this::loop, "loop");
    try (SpoolMarks marks = new SpoolMarks(spool, pause::mark)) {
      marks.start();
      loop.start();
      await().until(() -> polls.get() == 1);
      at(100.25);
      // The watch may not have begun: then the file is written again.
      await().until(() -> leave("begin", 100.25) && polls.get() >= 2);
      int soFar = polls.get();
      at(101);
      leave("end", 101);
      await().until(() -> polls.get() > soFar);
      at(102);
      pause.stop();
      loop.join();
    }

    assertThat(jobLine().energy().get(0).energy().total().microjoules())
        .as("750 ms of 250 W; by time alone it were 750/2000 of 275 J")
        .isEqualTo(187_500_000);
  }

  @Test
  void aDirectoryThatIsNotThereIsNoReasonToEnd() {
    SpoolMarks marks = new SpoolMarks(directory.resolve("none"), pause::mark);
    marks.start();
    marks.close();
    await().until(() -> !marks.isAlive());
  }

  private void loop() {
    try {
      NodeIdentity identity = new NodeIdentity("c", "n1", "boot-a");
      ProcessTable table = new ProcessTable(new SysRoot(directory));
      PublishedNode node = new PublishedNode(directory.resolve("node.json"));
      JobSpool jobs =
          new JobSpool(new SpoolDirectory(spool, uid -> true), node, WrittenSteps.in(directory));
      LedgerWriter writer =
          new LedgerWriter(
              new NodeLedger(directory.resolve("ledger"), identity), clock, Duration.ofSeconds(60));
      Monitor monitor =
          new Monitor(
              "n1",
              clock,
              new WallClockTrust(new SysRoot(directory), Instant.EPOCH),
              Accrual.fresh(identity, METERS, FROM, clock.wall()),
              node,
              new JobSources(Optional.of(jobs), new StationRuns(table, clock, Optional.of("no"))),
              new NodeMeters(
                  List.of(new Counter()),
                  gpus -> NodeMeters.OfGpus.NOTHING,
                  table,
                  Duration.ofSeconds(8),
                  new CardRelease(clock),
                  CpuTimes.NONE),
              writer,
              new CheckpointFile(directory.resolve("checkpoint.json")));
      writer.start();
      monitor.run(Duration.ofMinutes(10), pause, Optional.empty(), () -> {});
    } catch (RuntimeException e) {
      throw new AssertionError(e);
    }
  }

  private void at(double uptime) {
    clock.nanos.set(Math.round(uptime * SECOND));
  }

  private boolean leave(String mark, double uptime) throws IOException {
    Path file = spool.resolve("7.0." + mark);
    Files.deleteIfExists(file);
    Files.writeString(
        file,
        String.format(
            Locale.ROOT,
            "v=1%njob=7%nrestart=0%nuptime=%.2f%nuid=1000%ngpus=0%ncpus=1%ncomplete=1%n",
            uptime));
    return true;
  }

  private JobLine jobLine() throws Exception {
    for (LedgerDirectory.LedgerFile file :
        new LedgerDirectory(directory.resolve("ledger")).files("n1")) {
      for (String text : Files.readAllLines(file.path())) {
        LedgerLine line = LedgerCodec.decode(text);
        if (line instanceof JobLine job) {
          return job;
        }
      }
    }
    throw new AssertionError("no job line");
  }
}
