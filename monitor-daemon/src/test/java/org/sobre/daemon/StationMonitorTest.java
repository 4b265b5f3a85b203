package org.sobre.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.sobre.daemon.health.CardRelease;
import org.sobre.energy.accrual.Accrual;
import org.sobre.energy.accrual.NodeIdentity;
import org.sobre.energy.cputime.CpuTimes;
import org.sobre.energy.ledger.BalanceLine;
import org.sobre.energy.ledger.BalanceLine.MeterBalance;
import org.sobre.energy.ledger.BalanceLine.OutsideShare;
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
import org.sobre.energy.occupancy.GpuProcesses;
import org.sobre.hardware.clock.WallClockTrust;
import org.sobre.hardware.gpu.Gpu;
import org.sobre.hardware.gpu.GpuState;
import org.sobre.hardware.gpu.GpuVendor;
import org.sobre.hardware.probe.SysRoot;
import org.sobre.hardware.units.Energy;
import org.sobre.hardware.units.MemorySize;
import org.sobre.hardware.units.PciAddress;
import org.sobre.hardware.units.Reading;
import org.sobre.slurm.node.PublishedGpu;

/**
 * The worked example of docs/attribution.md, through the whole daemon: a GPU of 100 W, Alice's run
 * and Bob's notebook.
 */
@Timeout(60)
class StationMonitorTest {

  private static final MetersConfig METERS = new MetersConfig(Duration.ofSeconds(1));
  private static final Peer ALICE = new Peer(1000, "alice");
  private static final int BOB = 1203;
  private static final long JOULE = 1_000_000L;

  @TempDir Path root;
  private final TestClock clock = new TestClock();
  private final Map<Long, String> onGpu = new LinkedHashMap<>();
  private FakeProc proc = new FakeProc(Path.of("/"));

  private final class OneGpu implements NodeMeters.GpuReaders {
    @Override
    public NodeMeters.OfGpus read(List<PublishedGpu> gpus) {
      return new NodeMeters.OfGpus(
          gpus.isEmpty() ? List.of() : List.of(new HundredWatts()), List.of(new Seen()));
    }
  }

  private final class HundredWatts implements Meter {
    private final MeterId id = new MeterId(Part.GPU, "GPU-a");
    private long last = clock.nanosSinceBoot();

    @Override
    public List<MeteredInterval> poll() {
      long from = last;
      last = clock.nanosSinceBoot();
      return last == from
          ? List.of()
          : List.of(
              new MeteredInterval(
                  id,
                  from,
                  last,
                  Energy.ofMicrojoules((last - from) / 10),
                  Quality.SAMPLED,
                  Optional.empty()));
    }

    @Override
    public List<MeterStatus> meters() {
      return List.of(new MeterStatus(id, "nvidia-smi", Optional.empty()));
    }

    @Override
    public void close() {}
  }

  private final class Seen implements GpuProcesses {
    @Override
    public List<Sighting> poll() {
      List<Sighting> sightings = new ArrayList<>();
      onGpu.forEach(
          (pid, device) -> sightings.add(new Sighting(device, pid, clock.nanosSinceBoot())));
      return sightings;
    }

    @Override
    public void close() {}
  }

  @BeforeEach
  void open() throws IOException {
    proc = new FakeProc(root);
    proc.start(4_242, ALICE.uid(), ticks(0));
  }

  /** Whatever one user says in one second: he must not take another's word away. */
  @Test
  void aUserWhoSaysMuchTakesNoWordFromAnother() throws Exception {
    proc.start(5_000, BOB, ticks(0));
    StationRuns runs = new StationRuns(proc.table(), clock, Optional.empty());
    LedgerWriter writer = writer();
    Monitor monitor = monitor(runs, writer);
    JobAnswers answers =
        new JobAnswers(monitor, runs, new CardControl(new CardRelease(clock), 0), Operators.NONE);
    awaitTheNode(monitor);
    String begin = "{\"v\":1,\"begin\":{\"pid\":%d,\"cpus\":60000,\"gpus\":{\"none\":true}}}";
    answers.answer(String.format(Locale.ROOT, begin, 4_242), ALICE);
    answers.answer(String.format(Locale.ROOT, begin, 5_000), new Peer(BOB, "bob"));
    seconds(monitor, 2);
    String declare = "{\"v\":1,\"declare\":{\"unit\":\"image\",\"items\":%d},\"job\":\"%d.0\"}";
    for (int i = 0; i < 2_000; i++) {
      answers.answer(String.format(Locale.ROOT, declare, i, 4_242), ALICE);
    }
    assertThat(answers.answer(String.format(Locale.ROOT, declare, 7, 5_000), new Peer(BOB, "bob")))
        .contains("\"ok\":true");
    second(monitor);
    String end = "{\"v\":1,\"end\":{\"waitStatus\":0},\"job\":\"%d.0\"}";
    answers.answer(String.format(Locale.ROOT, end, 4_242), ALICE);
    answers.answer(String.format(Locale.ROOT, end, 5_000), new Peer(BOB, "bob"));
    seconds(monitor, 8);
    String ask = "{\"v\":1,\"ask\":\"job\",\"id\":4242}";
    assertThat(answers.answer(ask, ALICE))
        .as("her own, after its end, with the ledger away")
        .contains("\"job\":\"4242.0\"", "\"end\":\"", "\"parts\":[");
    assertThat(answers.answer(ask, new Peer(BOB, "bob"))).endsWith("\"runs\":[]}");
    writer.start();
    monitor.run(Duration.ofSeconds(1), stopped(), Optional.empty(), () -> {});

    assertThat(lines(JobLine.class))
        .extracting(line -> line.declared().orElseThrow().items().orElse(-1))
        .containsExactly(1_999L, 7L);
    assertThat(lines(JobLine.class))
        .as("no more processors than the machine has")
        .allSatisfy(line -> assertThat(line.held().cpus()).isLessThan(1_000));
  }

  /** The scan of the node runs beside the loop. */
  private static void awaitTheNode(Monitor monitor) {
    await()
        .until(
            () -> {
              monitor.tick();
              return !monitor.node().devices().isEmpty();
            });
  }

  /** The next daemon, started by who is told to ask again, must not find this one answering. */
  @Test
  void anIdleDaemonSendsWhoComesNowToTheNextOneBeforeItPutsItsLinesDown() throws Exception {
    StationRuns runs = new StationRuns(proc.table(), clock, Optional.empty());
    LedgerWriter writer = writer();
    Monitor monitor = monitor(runs, writer);
    second(monitor);
    second(monitor);
    List<String> answers = new ArrayList<>();
    writer.start();
    monitor.run(
        Duration.ofMillis(200),
        new Pause(),
        Optional.of(Duration.ZERO),
        () -> {
          assertThat(balances()).isEmpty();
          answers.add(
              new JobAnswers(
                      monitor, runs, new CardControl(new CardRelease(clock), 0), Operators.NONE)
                  .answer("{\"v\":1,\"begin\":{\"pid\":4242,\"gpus\":{\"all\":true}}}", ALICE));
        });

    assertThat(answers).singleElement().asString().contains("is ending", "\"again\":true");
    assertThat(balances()).hasSize(1);
  }

  @Test
  void theWorkedExampleComesOutToTheMicrojoule() throws Exception {
    StationRuns runs = new StationRuns(proc.table(), clock, Optional.empty());
    LedgerWriter writer = writer();
    Monitor monitor = monitor(runs, writer);
    awaitTheNode(monitor);
    JobAnswers answers =
        new JobAnswers(monitor, runs, new CardControl(new CardRelease(clock), 0), Operators.NONE);

    String began =
        answers.answer(
            "{\"v\":1,\"begin\":{\"pid\":4242,\"cpus\":2,\"gpus\":{\"all\":true}}}", ALICE);
    assertThat(began).isEqualTo("{\"v\":1,\"job\":\"4242.0\"}");
    second(monitor);
    process(4_250, 4_242, ALICE.uid(), 1);
    seconds(monitor, 3);
    process(4_300, 1, BOB, 4);
    seconds(monitor, 2);
    gone(4_250);
    monitor.tick();
    second(monitor);
    gone(4_300);
    monitor.tick();
    second(monitor);
    assertThat(answers.answer("{\"v\":1,\"ask\":\"node\"}", ALICE))
        .contains("\"watts\":100", "\"memoryTotalMiB\":24000", "\"job\":\"4242.0\"");
    answers.answer("{\"v\":1,\"end\":{\"waitStatus\":0},\"job\":\"4242.0\"}", ALICE);
    seconds(monitor, 2);
    writer.start();
    monitor.run(Duration.ofSeconds(1), stopped(), Optional.empty(), () -> {});

    JobLine line = lines(JobLine.class).get(0);
    assertThat(line.energy().get(0).energy().total().microjoules()).isEqualTo(600 * JOULE);
    assertThat(line.energy().get(0).observedMillis()).isEqualTo(8_000);
    assertThat(line.elapsedMillis()).isEqualTo(8_000);
    MeterBalance balance = lines(BalanceLine.class).get(0).meters().get(0);
    assertThat(balance.outsideSlurm()).extracting(OutsideShare::uid).containsExactly(BOB);
    assertThat(balance.outsideSlurm().get(0).energy().total().microjoules()).isEqualTo(200 * JOULE);
    assertThat(balance.platform().total().microjoules()).isEqualTo(200 * JOULE);
    assertThat(balance.total().total().microjoules()).isEqualTo(1_000 * JOULE);
    assertThat(LedgerVerifier.verify(new LedgerDirectory(root.resolve("ledger"))).findings())
        .isEmpty();
  }

  @Test
  void aDaemonOfAUsersOwnEndsWhenNobodyHasARun() throws Exception {
    StationRuns runs = new StationRuns(proc.table(), clock, Optional.empty());
    LedgerWriter writer = writer();
    Monitor monitor = monitor(runs, writer);
    writer.start();
    monitor.run(Duration.ofMillis(200), new Pause(), Optional.of(Duration.ofMillis(500)), () -> {});

    assertThat(runs.closeIfIdle()).isTrue();
    JobAnswers answers =
        new JobAnswers(monitor, runs, new CardControl(new CardRelease(clock), 0), Operators.NONE);
    assertThat(answers.answer("{\"v\":1,\"begin\":{\"pid\":4242,\"gpus\":{\"all\":true}}}", ALICE))
        .contains("is ending");
  }

  private LedgerWriter writer() {
    return new LedgerWriter(
        new NodeLedger(root.resolve("ledger"), identity()), clock, Duration.ofSeconds(60));
  }

  private Monitor monitor(StationRuns runs, LedgerWriter writer) {
    Accrual accrual = Accrual.fresh(identity(), METERS, clock.nanosSinceBoot(), clock.wall());
    return new Monitor(
        "n1",
        clock,
        new WallClockTrust(new SysRoot(root), Instant.EPOCH),
        accrual,
        ScannedNode.scanning(() -> new ScannedNode.Found(8, List.of(card()))),
        new JobSources(Optional.empty(), runs),
        new NodeMeters(
            List.of(),
            new OneGpu(),
            proc.table(),
            accrual.presencesFor(),
            new CardRelease(clock),
            CpuTimes.NONE),
        writer,
        new CheckpointFile(root.resolve("checkpoint.json")));
  }

  private static NodeIdentity identity() {
    return new NodeIdentity("station", "n1", "boot-a");
  }

  private void process(long pid, long parent, int uid, int startedAt) throws IOException {
    proc.start(pid, parent, uid, ticks(startedAt));
    onGpu.put(pid, "GPU-a");
  }

  private void gone(long pid) throws IOException {
    proc.end(pid);
    onGpu.remove(pid);
  }

  private void second(Monitor monitor) {
    clock.nanos.addAndGet(TestClock.SECOND);
    monitor.tick();
  }

  private void seconds(Monitor monitor, int count) {
    for (int i = 0; i < count; i++) {
      second(monitor);
    }
  }

  /** The clock of the test begins at 100 s. */
  private static long ticks(int second) {
    return (100L + second) * 100;
  }

  private static Gpu card() {
    Reading<MemorySize> memory = Reading.of(MemorySize.ofMebibytes(24_000));
    return new Gpu(
        0,
        GpuVendor.NVIDIA,
        "NVIDIA L4",
        Optional.of("GPU-a"),
        new PciAddress(0, 1, 0, 0),
        Optional.of(Path.of("/dev/nvidia0")),
        memory,
        memory,
        GpuState.OK,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        /* partitioned= */ false);
  }

  private List<BalanceLine> balances() {
    try {
      return lines(BalanceLine.class);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private <T extends LedgerLine> List<T> lines(Class<T> kind) throws IOException {
    List<T> lines = new ArrayList<>();
    for (LedgerDirectory.LedgerFile file :
        new LedgerDirectory(root.resolve("ledger")).files("n1")) {
      for (String line : Files.readAllLines(file.path())) {
        try {
          LedgerLine decoded = LedgerCodec.decode(line);
          if (kind.isInstance(decoded)) {
            lines.add(kind.cast(decoded));
          }
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
