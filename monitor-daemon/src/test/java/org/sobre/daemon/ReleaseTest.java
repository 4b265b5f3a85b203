package org.sobre.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.math.BigDecimal;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.sobre.daemon.health.CardRelease;
import org.sobre.energy.accrual.Accrual;
import org.sobre.energy.accrual.NodeIdentity;
import org.sobre.energy.accrual.PendingLine;
import org.sobre.energy.cputime.CpuTimes;
import org.sobre.energy.ledger.JobLine;
import org.sobre.energy.ledger.MeterId;
import org.sobre.energy.ledger.Part;
import org.sobre.energy.ledger.Quality;
import org.sobre.energy.meter.Meter;
import org.sobre.energy.meter.MeterStatus;
import org.sobre.energy.meter.MeteredInterval;
import org.sobre.energy.meter.MetersConfig;
import org.sobre.energy.occupancy.ProcessTable;
import org.sobre.hardware.gpu.GpuVendor;
import org.sobre.hardware.probe.SysRoot;
import org.sobre.hardware.units.Energy;
import org.sobre.hardware.units.PciAddress;
import org.sobre.hardware.units.Reading;
import org.sobre.slurm.job.JobFacts;
import org.sobre.slurm.job.JobKey;
import org.sobre.slurm.job.SpoolRecord;
import org.sobre.slurm.node.PublishedGpu;

/** {@code sobre-monitord release}, from its command to the meters. */
@Timeout(30)
class ReleaseTest {

  private static final MeterId GPU = new MeterId(Part.GPU, "GPU-a");
  private static final PublishedGpu CARD =
      new PublishedGpu(
          GpuVendor.NVIDIA, "L40S", Optional.of("GPU-a"), new PciAddress(0, 1, 0, 0), true);

  @TempDir Path directory;
  private final TestClock clock = new TestClock();
  private final CardRelease release = new CardRelease(clock);
  private final Readers readers = new Readers();
  private final Accrual accrual =
      Accrual.fresh(
          new NodeIdentity("c", "n1", "boot-a"),
          new MetersConfig(Duration.ofSeconds(1)),
          clock.nanosSinceBoot(),
          clock.wall());
  private final NodeMeters meters =
      new NodeMeters(
          List.of(),
          readers,
          new ProcessTable(new SysRoot(Path.of("/nowhere"))),
          Duration.ZERO,
          release,
          CpuTimes.NONE);
  private final ExecutorService loop = Executors.newSingleThreadExecutor();
  private Optional<JobSocket> socket = Optional.empty();

  /** One card of 100 W, which is slow to be let go of if the test says so. */
  private final class Readers implements NodeMeters.GpuReaders {
    final List<String> told = new ArrayList<>();
    Set<String> held = Set.of();
    boolean hangs;

    @Override
    public NodeMeters.OfGpus read(List<PublishedGpu> gpus) {
      told.add("read " + gpus.size());
      return new NodeMeters.OfGpus(gpus.isEmpty() ? List.of() : List.of(new Watts()), List.of());
    }

    @Override
    public void held(Set<String> devices) {
      held = devices;
    }
  }

  private final class Watts implements Meter {
    private long last = clock.nanosSinceBoot();

    @Override
    public List<MeteredInterval> poll() {
      long from = last;
      last = clock.nanosSinceBoot();
      Energy energy = Energy.ofMicrojoules((last - from) / 10);
      return last == from
          ? List.of()
          : List.of(
              new MeteredInterval(GPU, from, last, energy, Quality.COUNTER, Optional.empty()));
    }

    @Override
    public List<MeterStatus> meters() {
      return List.of(new MeterStatus(GPU, "nvml-energy", Optional.empty()));
    }

    @Override
    public boolean holdsNothing() {
      return !readers.hangs;
    }

    @Override
    public void close() {
      readers.told.add("closed");
    }
  }

  @BeforeEach
  void listen() throws IOException {
    int me = (Integer) Files.getAttribute(directory, "unix:uid");
    JobAnswers answers =
        new JobAnswers(
            new FakeState(),
            new StationRuns(new ProcessTable(SysRoot.machine()), clock, Optional.empty()),
            new CardControl(release, me),
            Operators.NONE);
    socket =
        Optional.of(
            JobSocket.open(directory.resolve("job.sock"), answers, LocalSocket.Access.EVERYBODY));
    meters.gpus(List.of(CARD));
  }

  @AfterEach
  void close() {
    socket.ifPresent(JobSocket::close);
    loop.shutdownNow();
  }

  private ReleaseCommand command() {
    return new ReleaseCommand(directory.resolve("job.sock"), Duration.ofSeconds(1));
  }

  private void seconds(int count) {
    for (int i = 0; i < count; i++) {
      clock.nanos.addAndGet(TestClock.SECOND);
      meters.readMeters(accrual);
      accrual.advance(clock.nanosSinceBoot(), clock.wall());
    }
  }

  /** The status of the command, while the daemon's loop turns. */
  private int whileTheLoopTurns(Future<Integer> command)
      throws ExecutionException, InterruptedException {
    while (!command.isDone()) {
      meters.readMeters(accrual);
      LockSupport.parkNanos(10_000_000);
    }
    return command.get();
  }

  /** Figures of before the release stood through it, and after it as new ones. */
  @Test
  void whatWasReadBeforeIsNotShownMeanwhileNorAfterwards() {
    seconds(2);
    assertThat(shown().milliwatts()).hasValue(100_000);
    release.ask(Duration.ofMinutes(5));
    meters.readMeters(accrual);
    assertThat(shown().milliwatts()).isEmpty();
    assertThat(shown().missing()).contains(Reading.Reason.RELEASED);
    release.end();
    meters.readMeters(accrual);
    assertThat(shown().milliwatts()).isEmpty();
    assertThat(shown().missing()).isEmpty();
  }

  private NodeView.DeviceView shown() {
    return meters.view("n1", accrual.running(), clock.nanosSinceBoot()).devices().get(0);
  }

  @Test
  void theCardsAreClosedBeforeTheCommandEndsAndReadAgainAfterResume() throws Exception {
    seconds(2);
    assertThat(whileTheLoopTurns(loop.submit(() -> command().release(Duration.ofMinutes(5)))))
        .isZero();
    assertThat(readers.told).containsExactly("read 1", "closed");
    seconds(5);
    meters.gpus(List.of());
    meters.gpus(List.of(CARD));
    assertThat(readers.told).as("what is published meanwhile wakes nobody").hasSize(2);
    assertThat(command().resume()).isZero();
    seconds(1);
    assertThat(readers.told).containsExactly("read 1", "closed", "read 1");
  }

  @Test
  void itEndsByItself() throws Exception {
    whileTheLoopTurns(loop.submit(() -> command().release(Duration.ofSeconds(30))));
    seconds(29);
    assertThat(readers.told).hasSize(2);
    seconds(1);
    assertThat(readers.told).hasSize(3);
  }

  /** Each reader more is a process and a thread more, where the driver hangs. */
  @Test
  void readersThatDoNotGoAreWaitedForButNotForGood() {
    seconds(1);
    readers.hangs = true;
    release.ask(Duration.ofMinutes(5));
    seconds(1);
    release.end();
    seconds(28);
    assertThat(readers.told).containsExactly("read 1", "closed");
    readers.hangs = false;
    seconds(1);
    assertThat(readers.told).containsExactly("read 1", "closed", "read 1");

    readers.hangs = true;
    meters.gpus(List.of(CARD, CARD));
    seconds(29);
    assertThat(readers.told).endsWith("read 1", "closed");
    seconds(1);
    assertThat(readers.told).endsWith("closed", "read 2");
  }

  @Test
  void aCardThatIsNotLetGoOfIsAFailure() throws Exception {
    readers.hangs = true;
    assertThat(whileTheLoopTurns(loop.submit(() -> command().release(Duration.ofMinutes(5)))))
        .isEqualTo(74);
  }

  @Test
  void whereNoDaemonAnswersNothingIsOpen() {
    ReleaseCommand nobody = new ReleaseCommand(directory.resolve("no.sock"), Duration.ofSeconds(1));
    assertThat(nobody.release(Duration.ofMinutes(5))).isEqualTo(69);
    assertThat(nobody.resume()).isEqualTo(69);
  }

  /** It may hold the cards: that none answers is not said of it. */
  @Test
  void aDaemonThatTakesNoConnectionIsWaitedForNoLongerThanTheOthers() throws IOException {
    Path deaf = directory.resolve("deaf.sock");
    UnixDomainSocketAddress address = UnixDomainSocketAddress.of(deaf);
    ReleaseCommand command = new ReleaseCommand(deaf, Duration.ofMillis(300));
    List<SocketChannel> queue = new ArrayList<>();
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(address, 1);
      assertThat(command.release(Duration.ofMinutes(5))).as("no answer").isEqualTo(74);
      assertThat(command.resume()).isEqualTo(74);
      assertThatThrownBy(
              () -> {
                while (queue.size() < 10) {
                  SocketChannel waiting = SocketChannel.open(StandardProtocolFamily.UNIX);
                  queue.add(waiting);
                  waiting.configureBlocking(false);
                  waiting.connect(address);
                }
              })
          .isInstanceOf(SocketException.class);
      assertThat(command.release(Duration.ofMinutes(5))).as("its queue is full").isEqualTo(74);
    } finally {
      for (SocketChannel waiting : queue) {
        waiting.close();
      }
    }
  }

  /** So it does to the oldest connection of a user with too many: the cards may be open. */
  @Test
  void aDaemonThatClosesWithoutAWordIsAskedAgain() throws Exception {
    Path path = directory.resolve("short.sock");
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(path));
      ReleaseCommand command = new ReleaseCommand(path, Duration.ofSeconds(5));
      Future<Integer> status = loop.submit(() -> command.release(Duration.ofMinutes(5)));
      server.accept().close();
      try (SocketChannel read = server.accept()) {
        read.read(ByteBuffer.allocate(100));
      }
      answer(server, "{\"v\":1,\"released\":true}\n");
      assertThat(status.get()).isZero();
    }
  }

  @Test
  void aDaemonThatNeverSaysAWordIsNoneThatIsNotThere() throws Exception {
    Path path = directory.resolve("mute.sock");
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(path));
      server.configureBlocking(false);
      ReleaseCommand command = new ReleaseCommand(path, Duration.ofMillis(300));
      Future<Integer> status = loop.submit(command::resume);
      while (!status.isDone()) {
        SocketChannel taken = server.accept();
        if (taken != null) {
          taken.close();
        }
        LockSupport.parkNanos(1_000_000);
      }
      assertThat(status.get()).isEqualTo(74);
    }
  }

  @Test
  void anAnswerThatIsNoDaemonsIsNoProofThatNoneHasAGpuOpen() throws Exception {
    Path path = directory.resolve("other.sock");
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(path));
      ReleaseCommand command = new ReleaseCommand(path, Duration.ofSeconds(5));
      Future<Integer> status = loop.submit(() -> command.release(Duration.ofMinutes(5)));
      answer(server, "220 other ESMTP\n");
      assertThat(status.get()).isEqualTo(74);
    }
  }

  private static void answer(ServerSocketChannel server, String line) throws IOException {
    try (SocketChannel channel = server.accept()) {
      channel.read(ByteBuffer.allocate(100));
      channel.write(ByteBuffer.wrap(line.getBytes(StandardCharsets.UTF_8)));
    }
  }

  @Test
  void onlyRootAndTheDaemonsOwnUserMay() {
    JobAnswers answers =
        new JobAnswers(
            new FakeState(),
            new StationRuns(new ProcessTable(SysRoot.machine()), clock, Optional.empty()),
            new CardControl(release, 998),
            Operators.NONE);
    for (String request :
        List.of("{\"v\":1,\"release\":{\"seconds\":60}}", "{\"v\":1,\"resume\":{}}")) {
      assertThat(answers.answer(request, new Peer(1203, "alice"))).contains("error", "root");
      assertThat(release.isAsked()).isFalse();
      assertThat(answers.answer(request, new Peer(0, "root")))
          .isEqualTo("{\"v\":1,\"released\":false}");
      assertThat(answers.answer(request, new Peer(998, "sobre")))
          .isEqualTo("{\"v\":1,\"released\":false}");
      release.end();
    }
    assertThat(answers.answer("{\"v\":1,\"release\":{\"seconds\":86401}}", new Peer(0, "root")))
        .contains("seconds: expected 1 to 86400");
  }

  @Test
  void aJobThatRunsMeanwhileSaysWhyItWasNotSeen() {
    accrual.begin(
        new SpoolRecord.Begin(
            new JobFacts(
                new JobKey(7, 0),
                "alice",
                1203,
                Optional.of("lab1"),
                Optional.empty(),
                List.of(0),
                4),
            clock.nanosSinceBoot()),
        List.of(new JobLine.HeldGpu("GPU-a", "l40s", BigDecimal.ONE)),
        clock.nanosSinceBoot(),
        clock.wall());
    seconds(5);
    assertThat(readers.held).as("a held card is not let fall asleep").containsExactly("GPU-a");
    release.ask(Duration.ofSeconds(10));
    seconds(15);
    accrual.end(
        new SpoolRecord.End(new JobKey(7, 0), clock.nanosSinceBoot(), OptionalInt.of(0)),
        clock.nanosSinceBoot());
    seconds(6);

    JobLine line =
        (JobLine)
            accrual.pending().stream()
                .map(PendingLine::line)
                .filter(JobLine.class::isInstance)
                .findFirst()
                .orElseThrow();
    assertThat(line.energy().get(0).missing()).contains("released");
    assertThat(line.elapsedMillis()).isEqualTo(20_000);
    assertThat(line.energy().get(0).observedMillis()).isBetween(8_000L, 11_000L);
  }
}
