package org.sobre.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
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
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.sobre.daemon.metrics.LedgerFigures;
import org.sobre.daemon.metrics.MetricsAnswers;
import org.sobre.daemon.metrics.NodeFigures;
import org.sobre.daemon.metrics.PageLabels;
import org.sobre.hardware.probe.SysRoot;

@Timeout(30)
class MetricsSocketTest {

  private static final String SCRAPE = "GET /metrics HTTP/1.1\r\nHost: n1:9842\r\n\r\n";

  @TempDir Path directory;
  private final TestClock clock = new TestClock();
  private Path path = Path.of("unset");
  private Optional<LocalSocket> socket = Optional.empty();

  @BeforeEach
  void listen() {
    path = directory.resolve("metrics.sock");
    NodeFigures figures =
        new NodeFigures(
            "n1",
            clock.nanosSinceBoot(),
            List.of(),
            List.of(),
            4_711,
            new LedgerFigures(0, 0, 0),
            1,
            false);
    MetricsAnswers answers =
        new MetricsAnswers(
            () -> Optional.of(figures),
            clock,
            SysRoot.machine(),
            new PageLabels("0.1.0", "c", false));
    socket = MetricsSocket.openIfPossible(path, answers);
  }

  @AfterEach
  void close() {
    socket.ifPresent(LocalSocket::close);
    assertThat(path).doesNotExist();
  }

  /** What it tells of held cards is not every user's, until an administrator opens a port. */
  @Test
  void isTheDaemonsAlone() throws IOException {
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
        .isEqualTo("rw-------");
  }

  @Test
  void aScrapeIsAnsweredAndTheConnectionEnds() throws IOException {
    assertThat(ask(SCRAPE))
        .startsWith("HTTP/1.1 200 OK\r\n")
        .contains("sobre_running_jobs 4711\n")
        .containsPattern("process_resident_memory_bytes [1-9][0-9]{6,}\n");
  }

  @Test
  void whereItCannotBeMadeTheDaemonGoesOn() {
    MetricsAnswers answers =
        new MetricsAnswers(
            Optional::empty, clock, SysRoot.machine(), new PageLabels("0.1.0", "c", false));
    assertThat(MetricsSocket.openIfPossible(directory.resolve("none/metrics.sock"), answers))
        .isEmpty();
  }

  @Test
  void thoseThatSayNothingHoldUpNobodyAndAreDropped() throws IOException {
    List<SocketChannel> silent = new ArrayList<>();
    for (int i = 0; i < 2 * Connections.MOST; i++) {
      silent.add(connect());
    }
    long begin = System.nanoTime();
    assertThat(ask(SCRAPE)).contains("sobre_running_jobs 4711\n");
    assertThat(System.nanoTime() - begin).isLessThan(1_500_000_000L);
    for (SocketChannel channel : silent) {
      assertThat(channel.read(ByteBuffer.allocate(1))).isEqualTo(-1);
      channel.close();
    }
  }

  /** Through the port all are one user: who comes with a crowd is not the oldest of too few. */
  @Test
  void whoHasNotSpokenYetStaysWhereManyComeAtOnce() throws IOException {
    List<SocketChannel> silent = new ArrayList<>();
    try (SocketChannel scraper = connect()) {
      while (silent.size() < Connections.MOST - 2) {
        silent.add(connect());
      }
      assertThat(ask("GET /another HTTP/1.1\r\n\r\n")).startsWith("HTTP/1.1 404 ");
      assertThat(ask(scraper, SCRAPE)).contains("sobre_running_jobs 4711\n");
    }
    for (SocketChannel channel : silent) {
      channel.close();
    }
  }

  @Test
  void aHeadLetterByLetterEndsAtTheDeadline() throws IOException {
    try (SocketChannel channel = connect()) {
      long begin = System.nanoTime();
      assertThatThrownBy(
              () -> {
                while (System.nanoTime() - begin < 10_000_000_000L) {
                  channel.write(ByteBuffer.wrap(new byte[] {'G'}));
                  LockSupport.parkNanos(20_000_000);
                }
              })
          .isInstanceOf(IOException.class);
      assertThat(System.nanoTime() - begin).isBetween(1_900_000_000L, 6_000_000_000L);
    }
    assertThat(ask(SCRAPE)).contains("sobre_running_jobs");
  }

  @Test
  void aHeadWithoutAnEndIsRefused() throws IOException {
    assertThat(ask("GET /metrics HTTP/1.1\r\nX: " + "x".repeat(Connections.LONGEST_REQUEST - 26)))
        .startsWith("HTTP/1.1 400 ");
    assertThat(ask(SCRAPE)).contains("sobre_running_jobs");
  }

  @Test
  void survivesWhateverItIsSent() throws IOException {
    Random random = new Random(4_711);
    for (int i = 0; i < 200; i++) {
      byte[] bytes = new byte[random.nextInt(200)];
      random.nextBytes(bytes);
      String noise = new String(bytes, StandardCharsets.ISO_8859_1);
      assertThat(ask(noise + "\r\n\r\n")).as("seed 4711, request %s", i).startsWith("HTTP/1.1 4");
    }
    assertThat(ask(SCRAPE)).contains("sobre_running_jobs");
  }

  private SocketChannel connect() throws IOException {
    SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    channel.connect(UnixDomainSocketAddress.of(path));
    return channel;
  }

  private String ask(String request) throws IOException {
    try (SocketChannel channel = connect()) {
      return ask(channel, request);
    }
  }

  private static String ask(SocketChannel channel, String request) throws IOException {
    channel.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.UTF_8)));
    ByteBuffer answer = ByteBuffer.allocate(65_536);
    while (channel.read(answer) >= 0) {
      // Until the server closes.
    }
    return new String(answer.array(), 0, answer.position(), StandardCharsets.UTF_8);
  }
}
