package org.sobre.daemon;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.sobre.daemon.TestClock.SECOND;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.sobre.daemon.health.CardRelease;
import org.sobre.daemon.metrics.MetricsAnswers;
import org.sobre.daemon.metrics.PageLabels;
import org.sobre.energy.accrual.Accrual;
import org.sobre.energy.accrual.NodeIdentity;
import org.sobre.energy.cputime.KernelCpuTimes;
import org.sobre.energy.ledger.JobLine.Declared;
import org.sobre.energy.ledger.MeterId;
import org.sobre.energy.ledger.Part;
import org.sobre.energy.ledger.Quality;
import org.sobre.energy.meter.Meter;
import org.sobre.energy.meter.MeterStatus;
import org.sobre.energy.meter.MeteredInterval;
import org.sobre.energy.meter.MetersConfig;
import org.sobre.energy.meter.PowercapMeter;
import org.sobre.energy.occupancy.GpuProcesses;
import org.sobre.energy.occupancy.ProcessTable;
import org.sobre.hardware.clock.WallClockTrust;
import org.sobre.hardware.probe.SysRoot;
import org.sobre.hardware.units.Energy;
import org.sobre.slurm.job.JobKey;
import org.sobre.slurm.job.SpoolDirectory;
import org.sobre.slurm.job.cgroup.JobCgroups;

/**
 * A node of eight GPUs and a CPU package in files, with the parts of the node's daemon over it, on
 * which a job begins each ten seconds. A virtual second takes no time.
 */
final class BusyNode {

  static final int GPUS = 8;

  private static final MetersConfig METERS = new MetersConfig(Duration.ofSeconds(1));
  private static final int BEGIN_EVERY = 5;
  private static final int SCRAPE_EVERY = 15;

  /** What is remembered of a job that has ended, so that a late word of it is known, is over. */
  private static final int AFTER_THE_HOUR = 60;

  /** Of the package's counter, in microjoules. */
  private static final long RANGE = 262_143_328_850L;

  private final Path directory;
  private final Path zone;
  private final TestClock clock = new TestClock();
  private final List<BusyJob> running = new ArrayList<>();
  private final Monitor monitor;
  private final LedgerWriter writer;
  private final MetricsAnswers metrics;
  private long seconds;
  private long begun;

  /** 100 W each. */
  private final class SteadyGpus implements Meter {
    private long last = clock.nanosSinceBoot();

    @Override
    public List<MeteredInterval> poll() {
      long from = last;
      last = clock.nanosSinceBoot();
      List<MeteredInterval> seen = new ArrayList<>();
      for (int gpu = 0; gpu < GPUS && last > from; gpu++) {
        Energy energy = Energy.ofMicrojoules((last - from) / 10);
        seen.add(
            new MeteredInterval(id(gpu), from, last, energy, Quality.COUNTER, Optional.empty()));
      }
      return seen;
    }

    @Override
    public List<MeterStatus> meters() {
      List<MeterStatus> meters = new ArrayList<>();
      for (int gpu = 0; gpu < GPUS; gpu++) {
        meters.add(new MeterStatus(id(gpu), "nvml-energy", Optional.empty()));
      }
      return meters;
    }

    private MeterId id(int gpu) {
      return new MeterId(Part.GPU, "GPU-" + gpu);
    }

    @Override
    public void close() {}
  }

  private final class SeenProcesses implements GpuProcesses {
    @Override
    public List<Sighting> poll() {
      return running.stream()
          .map(job -> new Sighting("GPU-" + job.gpu(), job.process(), clock.nanosSinceBoot()))
          .toList();
    }

    @Override
    public void close() {}
  }

  BusyNode(Path directory) throws IOException {
    this.directory = directory;
    new FakeProc(directory).start(1, 0, 0, 1);
    Files.createDirectories(directory.resolve("jobs"));
    zone = Files.createDirectories(directory.resolve("sys/class/powercap/intel-rapl:0"));
    Files.writeString(zone.resolve("name"), "package-0\n");
    Files.writeString(zone.resolve("max_energy_range_uj"), RANGE + "\n");
    publish();
    writeCounters();
    SysRoot machine = new SysRoot(directory);
    NodeIdentity identity = new NodeIdentity("c", "n1", "boot-a");
    Accrual accrual = Accrual.fresh(identity, METERS, clock.nanosSinceBoot(), clock.wall());
    NodeLedger ledger = new NodeLedger(ledgerDirectory(), identity);
    writer = new LedgerWriter(ledger, clock, Duration.ofSeconds(60));
    PublishedNode node = new PublishedNode(directory.resolve("node.json"));
    SpoolDirectory spool = new SpoolDirectory(directory.resolve("jobs"), uid -> true);
    ProcessTable table = new ProcessTable(machine);
    monitor =
        new Monitor(
            "n1",
            clock,
            new WallClockTrust(machine, Instant.EPOCH),
            accrual,
            node,
            new JobSources(
                Optional.of(new JobSpool(spool, node, WrittenSteps.in(directory))),
                new StationRuns(table, clock, Optional.of("no"))),
            meters(machine, table, accrual),
            writer,
            new CheckpointFile(directory.resolve("checkpoint.json")));
    PageLabels labels = new PageLabels("1", "c", /* withAccounts= */ true);
    metrics = new MetricsAnswers(monitor::figures, clock, machine, labels);
    writer.start();
  }

  private NodeMeters meters(SysRoot machine, ProcessTable table, Accrual accrual) {
    Duration longest = METERS.longestInterval();
    return new NodeMeters(
        List.of(new PowercapMeter(machine, clock, longest), new SteadyGpus()),
        gpus -> new NodeMeters.OfGpus(List.of(), List.of(new SeenProcesses())),
        table,
        accrual.presencesFor(),
        new CardRelease(clock),
        new KernelCpuTimes(machine, clock, new JobCgroups(machine, "n1"), longest));
  }

  private void publish() throws IOException {
    List<String> gres = new ArrayList<>();
    List<String> gpus = new ArrayList<>();
    for (int i = 0; i < GPUS; i++) {
      String number = Integer.toString(i);
      gres.add(
          """
          {"position":@,"name":"gpu","type":"t","file":"/dev/nvidia@","device":"GPU-@"}"""
              .replace("@", number));
      gpus.add(
          """
          {"index":@,"vendor":"nvidia","model":"T","uuid":"GPU-@","pciBusId":"0000:0@:00.0",
           "device":"/dev/nvidia@","state":"ok"}"""
              .replace("@", number));
    }
    Files.writeString(
        directory.resolve("node.json"),
        """
        {"v":1,"node":"n1","boot":"boot-a","at":"2026-11-20T12:00:00Z","digest":"d",
         "gres":@GRES,"gpus":@GPUS,"features":[],"cpu":{"model":"m","sockets":1,"cores":16,"threads":32},
         "memoryMiB":1000}
        """
            .replace("@GRES", gres.toString())
            .replace("@GPUS", gpus.toString()));
  }

  /** A package of 150 W, and four of the node's processors that work. */
  private void writeCounters() throws IOException {
    Files.writeString(zone.resolve("energy_uj"), seconds * 150_000_000 % RANGE + "\n");
    Files.writeString(
        directory.resolve("proc/stat"), "cpu  " + seconds * 400 + " 0 0 0 0 0 0 0 0 0\n");
  }

  /** Virtual seconds of the daemon's loop. */
  void seconds(int count) throws IOException {
    for (int i = 0; i < count; i++) {
      clock.nanos.addAndGet(SECOND);
      seconds++;
      if (seconds % BEGIN_EVERY == 0) {
        begin();
      }
      for (BusyJob job : List.copyOf(running)) {
        job.second(seconds, uptime());
        if (job.isOver(seconds)) {
          running.remove(job);
        }
      }
      writeCounters();
      monitor.tick();
      if (seconds % SCRAPE_EVERY == 0) {
        scrape();
      }
    }
  }

  private void begin() throws IOException {
    BusyJob job = new BusyJob(directory, ++begun, seconds);
    job.begin(uptime());
    running.add(job);
    monitor.declare(
        new JobAnswers.Declaration(
            new JobKey(job.id(), 0),
            new Declared(
                BusyJob.UID,
                Optional.of("profile-" + begun % 9),
                OptionalLong.of(8),
                Optional.of("image"),
                OptionalLong.of(begun),
                OptionalLong.empty(),
                OptionalLong.empty()),
            false));
  }

  private double uptime() {
    return clock.nanosSinceBoot() / 1e9;
  }

  private void scrape() {
    byte[] page = metrics.answer("GET /metrics HTTP/1.1\r\n\r\n", false).orElseThrow();
    assertThat(new String(page, US_ASCII)).startsWith("HTTP/1.1 200 OK");
  }

  /** Ends the jobs, and returns when the next full hour's balances are in the ledger. */
  void untilFullHour() throws IOException {
    for (BusyJob job : running) {
      job.end(uptime());
    }
    running.clear();
    int hour = hour();
    while (hour() == hour) {
      idleSecond();
    }
    await()
        .atMost(Duration.ofSeconds(20))
        .until(
            () -> {
              idleSecond();
              return monitor.figures().orElseThrow().ledger().pendingLines() == 0;
            });
    for (int i = 0; i < AFTER_THE_HOUR; i++) {
      idleSecond();
    }
  }

  private void idleSecond() {
    clock.nanos.addAndGet(SECOND);
    monitor.tick();
  }

  private int hour() {
    return clock.wall().atOffset(ZoneOffset.UTC).getHour();
  }

  /** Its file system is no directory any more. */
  void shareGoes() throws IOException {
    Files.move(ledgerDirectory(), away());
    Files.createFile(ledgerDirectory());
  }

  void shareReturns() throws IOException {
    Files.delete(ledgerDirectory());
    Files.move(away(), ledgerDirectory());
  }

  Path ledgerDirectory() {
    return directory.resolve("ledger");
  }

  private Path away() {
    return directory.resolve("ledger.away");
  }

  long jobsBegun() {
    return begun;
  }

  void stop() {
    Pause now = new Pause();
    now.stop();
    monitor.run(Duration.ofMillis(200), now, Optional.empty(), () -> {});
  }
}
