package org.sobre.daemon;

import static org.awaitility.Awaitility.await;
import static org.sobre.daemon.TestClock.SECOND;

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
import org.sobre.daemon.health.CardRelease;
import org.sobre.energy.accrual.Accrual;
import org.sobre.energy.accrual.Checkpoint;
import org.sobre.energy.accrual.NodeIdentity;
import org.sobre.energy.cputime.CpuTimes;
import org.sobre.energy.ledger.Finding;
import org.sobre.energy.ledger.JobLine;
import org.sobre.energy.ledger.LedgerCodec;
import org.sobre.energy.ledger.LedgerDirectory;
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

/**
 * A node in files that a test writes, with a GPU of 100 W, and the daemon's loop over it: what the
 * hooks leave, which processes run, what the time is.
 */
final class WrittenNode {

  private static final MetersConfig METERS = new MetersConfig(Duration.ofSeconds(1));

  final TestClock clock = new TestClock();
  final FakeProc proc;
  final Path spool;

  /** Processes that are on the GPU. */
  final List<Long> onGpu = new ArrayList<>();

  private final Path directory;

  private final class SteadyMeter implements Meter {
    private final MeterId id = new MeterId(Part.GPU, "GPU-a");
    private long last = clock.nanosSinceBoot();

    @Override
    public List<MeteredInterval> poll() {
      long from = last;
      last = clock.nanosSinceBoot();
      Energy energy = Energy.ofMicrojoules((last - from) / 10);
      return last <= from
          ? List.of()
          : List.of(new MeteredInterval(id, from, last, energy, Quality.SAMPLED, Optional.empty()));
    }

    @Override
    public List<MeterStatus> meters() {
      return List.of(new MeterStatus(id, "nvidia-smi", Optional.empty()));
    }

    @Override
    public void close() {}
  }

  private final class SeenProcesses implements GpuProcesses {
    @Override
    public List<Sighting> poll() {
      return onGpu.stream().map(pid -> new Sighting("GPU-a", pid, clock.nanosSinceBoot())).toList();
    }

    @Override
    public void close() {}
  }

  /** One life of the daemon. */
  final class Life {
    final LedgerWriter writer;
    final Monitor monitor;

    Life() throws IOException {
      NodeIdentity identity = new NodeIdentity("c", "n1", "boot-a");
      NodeLedger ledger = new NodeLedger(directory.resolve("ledger"), identity);
      CheckpointFile local = new CheckpointFile(directory.resolve("checkpoint.json"));
      Optional<Checkpoint> left = local.readOf(identity);
      Accrual accrual =
          left.isPresent()
              ? Accrual.resume(left.get(), METERS)
              : Accrual.fresh(identity, METERS, clock.nanosSinceBoot(), clock.wall());
      ProcessTable table = proc.table();
      PublishedNode node = new PublishedNode(directory.resolve("node.json"));
      JobSpool jobs =
          new JobSpool(new SpoolDirectory(spool, uid -> true), node, WrittenSteps.in(directory));
      writer = new LedgerWriter(ledger, clock, Duration.ofSeconds(60));
      monitor =
          new Monitor(
              "n1",
              clock,
              new WallClockTrust(new SysRoot(directory), Instant.EPOCH),
              accrual,
              node,
              new JobSources(Optional.of(jobs), new StationRuns(table, clock, Optional.of("no"))),
              new NodeMeters(
                  List.of(new SteadyMeter()),
                  gpus -> new NodeMeters.OfGpus(List.of(), List.of(new SeenProcesses())),
                  table,
                  accrual.presencesFor(),
                  new CardRelease(clock),
                  CpuTimes.NONE),
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

    /** Until the first line, the boot's, is in the ledger. */
    void untilWritten() {
      await().atMost(Duration.ofSeconds(20)).until(() -> Files.exists(chain()));
      monitor.tick();
    }

    private Path chain() {
      return directory.resolve("ledger/n1/2026-11.boot-a.jsonl");
    }

    void stop() {
      Pause now = new Pause();
      now.stop();
      monitor.run(Duration.ofMillis(200), now, Optional.empty(), () -> {});
    }

    /** As SIGKILL. */
    void kill() {
      writer.finish(Duration.ofSeconds(10));
    }
  }

  WrittenNode(Path directory) throws IOException {
    this.directory = directory;
    this.proc = new FakeProc(directory);
    proc.start(1, 0, 0, 1);
    this.spool = Files.createDirectories(directory.resolve("jobs"));
    publish("GPU-a", 0);
  }

  /** What the node says of itself: which GPU stands at Slurm's position 0. */
  void publish(String uuid, int minor) throws IOException {
    Files.writeString(
        directory.resolve("node.json"),
        """
        {"v":1,"node":"n1","boot":"boot-a","at":"2026-11-20T12:00:00Z","digest":"d",
         "gres":[{"position":0,"name":"gpu","type":"t","file":"/dev/nvidia@MINOR","device":"@UUID"}],
         "gpus":[{"index":0,"vendor":"nvidia","model":"T","uuid":"@UUID",
                  "pciBusId":"00000000:01:00.0","device":"/dev/nvidia@MINOR","state":"ok"}],
         "features":[],"cpu":{"model":"m","sockets":1,"cores":4,"threads":8},"memoryMiB":1000}
        """
            .replace("@UUID", uuid)
            .replace("@MINOR", Integer.toString(minor)));
  }

  /** Slurm may give parts of the GPU, too. */
  void offerShards() throws IOException {
    Path document = directory.resolve("node.json");
    String text = Files.readString(document);
    Files.writeString(document, text.replace("\"type\":\"t\",", "\"type\":\"t\",\"shards\":8,"));
  }

  /** What is to be the ledger's directory is none. */
  void takeLedgerAway() throws IOException {
    Files.createFile(directory.resolve("ledger"));
  }

  void bringLedgerBack() throws IOException {
    Files.delete(directory.resolve("ledger"));
  }

  Life daemon() throws IOException {
    return new Life();
  }

  List<Finding> findings() throws IOException {
    return LedgerVerifier.verify(new LedgerDirectory(directory.resolve("ledger"))).findings();
  }

  List<JobLine> lines() throws Exception {
    List<JobLine> lines = new ArrayList<>();
    for (LedgerDirectory.LedgerFile file :
        new LedgerDirectory(directory.resolve("ledger")).files("n1")) {
      for (String text : Files.readAllLines(file.path())) {
        if (LedgerCodec.decode(text) instanceof JobLine job) {
          lines.add(job);
        }
      }
    }
    return lines;
  }

  long spoolFiles() throws IOException {
    try (Stream<Path> files = Files.list(spool)) {
      return files.count();
    }
  }

  void begin(String run, double uptime) throws IOException {
    leave(
        run, "begin", uptime, "uid=1000%nuser=alice%naccount=lab%npartition=gpu%ngpus=0%ncpus=1%n");
  }

  void end(String run, double uptime) throws IOException {
    leave(run, "end", uptime, "waitstatus=768%n");
  }

  private void leave(String run, String mark, double uptime, String more) throws IOException {
    String[] key = run.split("\\.", -1);
    Files.writeString(
        spool.resolve(run + "." + mark),
        String.format(
            Locale.ROOT,
            "v=1%njob="
                + key[0]
                + "%nrestart="
                + key[1]
                + "%nuptime=%.2f%n"
                + more
                + "complete=1%n",
            uptime));
  }
}
