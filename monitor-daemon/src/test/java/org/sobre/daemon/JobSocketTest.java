package org.sobre.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.FutureTask;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.sobre.daemon.health.CardRelease;
import org.sobre.energy.accrual.JobView;
import org.sobre.energy.occupancy.ProcessTable;
import org.sobre.hardware.probe.SysRoot;
import org.sobre.slurm.job.JobKey;

@Timeout(30)
class JobSocketTest {

  private static final String ENERGY = "{\"v\":1,\"ask\":\"energy\",\"job\":\"1.0\"}\n";
  private static final JobKey MINE = new JobKey(1, 0);
  private static final JobKey ANOTHERS = new JobKey(2, 0);

  @TempDir Path directory;
  private Path path = Path.of("unset");
  private final List<JobSocket> open = new ArrayList<>();
  private final FakeState state = new FakeState();
  private final JobAnswers answers =
      new JobAnswers(
          state,
          new StationRuns(new ProcessTable(SysRoot.machine()), new TestClock(), Optional.empty()),
          new CardControl(new CardRelease(new TestClock()), 0),
          Operators.NONE);

  @BeforeEach
  void listen() throws IOException {
    path = directory.resolve("job.sock");
    int me = (Integer) Files.getAttribute(directory, "unix:uid");
    state.jobs.put(MINE, new JobView(MINE, me, 5_000, List.of()));
    state.jobs.put(ANOTHERS, new JobView(ANOTHERS, me + 4_711, 5_000, List.of()));
    open.add(JobSocket.open(path, answers, LocalSocket.Access.EVERYBODY));
  }

  @AfterEach
  void close() {
    open.forEach(JobSocket::close);
    assertThat(path).doesNotExist();
  }

  @Test
  void everybodyMayConnect() throws IOException {
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
        .isEqualTo("rw-rw-rw-");
  }

  @Test
  void theKernelTellsWhoAsks() throws IOException {
    assertThat(ask("{\"v\":1,\"ask\":\"energy\",\"job\":\"1.0\"}\n"))
        .startsWith("{\"v\":1,\"job\":\"1.0\",\"joules\":0,");
    int me = (Integer) Files.getAttribute(directory, "unix:uid");
    String other = ask("{\"v\":1,\"ask\":\"energy\",\"job\":\"2.0\"}\n");
    // Root may ask for any job.
    assertThat(other).contains(me == 0 ? "\"job\":\"2.0\"" : "error");
  }

  @Test
  void aRequestThatIsTooLongIsRefused() throws IOException {
    assertThat(ask("x".repeat(4096))).contains("expected one line of at most 4096 bytes");
  }

  @Test
  void oneThatSaysNothingIsDroppedAndHoldsUpNobody() throws IOException {
    List<SocketChannel> silent = new ArrayList<>();
    for (int i = 0; i < Connections.MOST_OF_ONE_USER - 1; i++) {
      silent.add(connect());
    }
    assertThat(ask("{\"v\":1,\"ask\":\"energy\",\"job\":\"1.0\"}\n")).contains("joules");
    for (SocketChannel channel : silent) {
      assertThat(channel.read(ByteBuffer.allocate(1))).as("closed at the deadline").isEqualTo(-1);
      channel.close();
    }
  }

  @Test
  void takesThePlaceOfASocketThatAKilledDaemonLeft() throws IOException {
    open.forEach(JobSocket::close);
    Files.createFile(path);
    state.jobs.clear();

    open.add(JobSocket.open(path, answers, LocalSocket.Access.EVERYBODY));

    assertThat(ask("{\"v\":1,\"ask\":\"energy\",\"job\":\"1.0\"}\n")).contains("not running here");
  }

  /** One that asks while the daemon starts must not stand where the daemon looks for itself. */
  @Test
  void whoWaitsForTheSocketIsAnswered() throws Exception {
    for (int i = 0; i < 40; i++) {
      open.forEach(JobSocket::close);
      open.clear();
      FutureTask<String> first = new FutureTask<>(this::askOnceItIsThere);
      new Thread(first).start();
      open.add(JobSocket.open(path, answers, LocalSocket.Access.EVERYBODY));

      assertThat(first.get()).as("start %s", i).contains("joules");
    }
  }

  private String askOnceItIsThere() throws IOException {
    while (true) {
      try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
        channel.connect(UnixDomainSocketAddress.of(path));
        channel.write(ByteBuffer.wrap(ENERGY.getBytes(StandardCharsets.UTF_8)));
        ByteBuffer answer = ByteBuffer.allocate(4_096);
        channel.read(answer);
        return new String(answer.array(), 0, answer.position(), StandardCharsets.UTF_8);
      } catch (SocketException e) {
        Thread.onSpinWait();
      }
    }
  }

  @Test
  void leavesTheSocketToADaemonThatAnswers() throws IOException {
    assertThatThrownBy(() -> JobSocket.open(path, answers, LocalSocket.Access.EVERYBODY))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("another sobre-monitord");
    assertThat(ask("{\"v\":1,\"ask\":\"energy\",\"job\":\"1.0\"}\n")).contains("joules");
  }

  @Test
  void survivesWhateverItIsSent() throws IOException {
    Random random = new Random(4_711);
    List<String> hostile =
        new ArrayList<>(
            List.of(
                "[".repeat(4_000),
                "{\"a\":".repeat(600),
                "{\"v\":1,\"ask\":\"energy\",\"job\":\"9999999999.999999\"}",
                "{\"v\":1,\"ask\":\"energy\",\"job\":\"0.0\"}",
                "{\"v\":1e999999999,\"ask\":\"energy\",\"job\":\"1.0\"}",
                "{\"v\":" + "9".repeat(3_000) + "}",
                "{\"v\":1,\"job\":\"1.0\",\"declare\":{\"items\":-1}}",
                "{\"v\":1,\"job\":\"1.0\",\"declare\":[]}",
                "null",
                "",
                "\u0000"));
    for (int i = 0; i < 200; i++) {
      byte[] bytes = new byte[random.nextInt(200)];
      random.nextBytes(bytes);
      hostile.add(new String(bytes, StandardCharsets.ISO_8859_1).replace('\n', ' '));
    }
    for (String request : hostile) {
      assertThat(ask(request + "\n")).startsWith("{\"v\":1,\"error\":");
    }
    assertThat(ask("{\"v\":1,\"ask\":\"energy\",\"job\":\"1.0\"}\n")).contains("joules");
  }

  @Test
  void oneUserCannotHoldMoreThanHisPart() throws IOException {
    List<SocketChannel> silent = new ArrayList<>();
    for (int i = 0; i < 3 * Connections.MOST_OF_ONE_USER; i++) {
      silent.add(connect());
    }
    String answer = ask(ENERGY);
    assertThat(answer).contains("joules");
    // Long before the deadline the oldest have gone.
    assertThat(silent.get(0).read(ByteBuffer.allocate(1))).isEqualTo(-1);
    for (SocketChannel channel : silent) {
      channel.close();
    }
  }

  @Test
  void tenThousandConnectionsLeaveItAsItWas() throws IOException {
    for (int i = 0; i < 10_000; i++) {
      SocketChannel channel = connect();
      if (i % 2 == 0) {
        channel.write(ByteBuffer.wrap(new byte[] {'{'}));
      }
      channel.close();
    }
    assertThat(ask(ENERGY)).contains("joules");
  }

  /** Most of it is never taken in: what is sent after 4 KiB finds the connection closed. */
  @Test
  void aMessageOfAGibibyteIsCutOff() throws IOException {
    ByteBuffer megabyte = ByteBuffer.allocate(1 << 20);
    long sent = 0;
    try (SocketChannel channel = connect()) {
      while (sent < 1L << 30) {
        megabyte.clear();
        sent += channel.write(megabyte);
      }
    } catch (IOException e) {
      assertThat(e).hasMessageContaining("Broken pipe");
    }
    assertThat(sent).isLessThan(8L << 20);
    assertThat(ask(ENERGY)).contains("joules");
  }

  @Test
  void aRequestLetterByLetterEndsAtTheDeadline() throws IOException {
    try (SocketChannel channel = connect()) {
      long begin = System.nanoTime();
      assertThatThrownBy(
              () -> {
                while (System.nanoTime() - begin < 10_000_000_000L) {
                  channel.write(ByteBuffer.wrap(new byte[] {' '}));
                  LockSupport.parkNanos(20_000_000);
                }
              })
          .isInstanceOf(IOException.class);
      assertThat(System.nanoTime() - begin).isBetween(1_900_000_000L, 5_000_000_000L);
    }
    assertThat(ask(ENERGY)).contains("joules");
  }

  @Test
  void oneThatWritesAndClosesItsSideIsAnswered() throws IOException {
    try (SocketChannel channel = connect()) {
      channel.write(ByteBuffer.wrap(ENERGY.strip().getBytes(StandardCharsets.UTF_8)));
      channel.shutdownOutput();
      assertThat(readAll(channel)).contains("joules");
    }
  }

  @Test
  void aWrapperIsAnsweredWithItsRun() throws IOException {
    long pid = ProcessHandle.current().pid();
    assertThat(ask("{\"v\":1,\"begin\":{\"pid\":" + pid + ",\"gpus\":{\"all\":true}}}\n"))
        .isEqualTo("{\"v\":1,\"job\":\"" + pid + ".0\"}\n");
    assertThat(ask("{\"v\":1,\"end\":{\"waitStatus\":0},\"job\":\"" + pid + ".0\"}\n"))
        .isEqualTo("{\"v\":1,\"ok\":true}\n");
  }

  @Test
  void aUsersOwnSocketIsForThatUserAlone() throws IOException {
    Path own = directory.resolve("own.sock");
    JobSocket socket = JobSocket.open(own, answers, LocalSocket.Access.OWNER);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(own)))
        .isEqualTo("rw-------");
    socket.close();
  }

  private SocketChannel connect() throws IOException {
    SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    channel.connect(UnixDomainSocketAddress.of(path));
    return channel;
  }

  private String ask(String request) throws IOException {
    try (SocketChannel channel = connect()) {
      channel.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.UTF_8)));
      return readAll(channel);
    }
  }

  private static String readAll(SocketChannel channel) throws IOException {
    ByteBuffer answer = ByteBuffer.allocate(65_536);
    while (channel.read(answer) >= 0) {
      // Until the server closes.
    }
    return new String(answer.array(), 0, answer.position(), StandardCharsets.UTF_8);
  }
}
