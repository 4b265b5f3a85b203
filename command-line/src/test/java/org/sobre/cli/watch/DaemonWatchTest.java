package org.sobre.cli.watch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sobre.cli.watch.NodeWatch.Sight;
import org.sobre.jobs.station.NodeView;
import org.sobre.jobs.station.NodeView.Device;

class DaemonWatchTest {

  @TempDir private Path directory;

  private final AtomicInteger opened = new AtomicInteger();
  private final AtomicInteger keptUp = new AtomicInteger();
  private final AtomicInteger closed = new AtomicInteger();

  @Test
  void theDaemonIsBelievedAndNoToolIsStarted() throws IOException {
    Path socket = directory.resolve("job.sock");
    try (ServerSocketChannel server =
        answering(
            socket,
            "{\"v\":1,\"node\":\"n042\",\"devices\":[{\"part\":\"gpu\",\"device\":\"GPU-1\","
                + "\"watts\":231},{\"part\":\"cpu-package\",\"device\":\"0\"}]}\n")) {
      assertThat(server.isOpen()).isTrue();
      Sight sight = watch(directory.resolve("none.sock"), socket).look();
      assertThat(sight.view().node()).isEqualTo("n042");
      assertThat(sight.view().devices()).hasSize(2);
      assertThat(sight.notes()).singleElement().asString().startsWith("cpu-package 0: ");
    }
    assertThat(opened).hasValue(0);
  }

  @Test
  void whatIsWithheldIsNoTroubleAndCardsLetGoOfAreSaidOnce() throws IOException {
    Path socket = directory.resolve("job.sock");
    String card = "{\"part\":\"gpu\",\"device\":\"GPU-1\",\"missing\":\"released\"}";
    try (ServerSocketChannel server =
        answering(
            socket,
            "{\"v\":1,\"node\":\"n042\",\"devices\":["
                + card
                + ","
                + card.replace("-1", "-2")
                + ",{\"part\":\"cpu-package\",\"device\":\"0\",\"withheld\":true}]}\n")) {
      assertThat(server.isOpen()).isTrue();
      assertThat(watch(socket).look().notes())
          .singleElement()
          .asString()
          .contains("sobre-monitord release");
    }
  }

  @Test
  void withoutOneTheOwnReadingsAreOpenedOnce() {
    DaemonWatch watch = watch(directory.resolve("none.sock"));
    watch.keepUp();
    assertThat(keptUp).hasValue(0);
    assertThat(watch.look().view().node()).isEqualTo("own");
    assertThat(watch.look().notes()).singleElement().asString().contains("sobre-monitord");
    watch.keepUp();
    watch.close();
    assertThat(List.of(opened.get(), keptUp.get(), closed.get())).containsExactly(1, 1, 1);
  }

  @Test
  void theOwnReadingsEndWhenADaemonAnswersAgain() throws IOException {
    Path socket = directory.resolve("job.sock");
    DaemonWatch watch = watch(socket);
    assertThat(watch.look().view().node()).isEqualTo("own");
    try (ServerSocketChannel server =
        answering(
            socket,
            "{\"v\":1,\"node\":\"n042\",\"devices\":[{\"part\":\"gpu\",\"device\":\"GPU-1\","
                + "\"watts\":231}]}\n")) {
      assertThat(server.isOpen()).isTrue();
      assertThat(watch.look().view().node()).isEqualTo("n042");
    }
    assertThat(closed).as("no tool of its own runs beside the daemon's").hasValue(1);
    watch.keepUp();
    assertThat(keptUp).hasValue(0);
    assertThat(watch.look().view().node()).as("away once more").isEqualTo("own");
    watch.close();
    assertThat(List.of(opened.get(), closed.get())).containsExactly(2, 2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"v\":1,\"error\":\"job: this key is required and missing\"}\n",
        "{\"v\":1,\"node\":\"n042\",\"devices\":[]}\n"
      })
  void aDaemonThatDoesNotKnowTheQuestionOrItsDevicesIsNone(String answer) throws IOException {
    Path socket = directory.resolve("job.sock");
    try (ServerSocketChannel server = answering(socket, answer)) {
      assertThat(server.isOpen()).isTrue();
      assertThat(watch(socket).look().view().node()).isEqualTo("own");
    }
  }

  private DaemonWatch watch(Path... sockets) {
    return new DaemonWatch(
        List.of(sockets),
        () -> {
          opened.incrementAndGet();
          return new OwnWatch();
        });
  }

  /** One connection, one answer. */
  private static ServerSocketChannel answering(Path socket, String answer) throws IOException {
    ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    server.bind(UnixDomainSocketAddress.of(socket));
    CompletableFuture<Void> served = CompletableFuture.runAsync(() -> serve(server, answer));
    assertThat(served).isNotCompletedExceptionally();
    return server;
  }

  private static void serve(ServerSocketChannel server, String answer) {
    try (SocketChannel channel = server.accept()) {
      channel.read(ByteBuffer.allocate(4096));
      channel.write(ByteBuffer.wrap(answer.getBytes(StandardCharsets.UTF_8)));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private final class OwnWatch implements NodeWatch {
    @Override
    public Sight look() {
      OptionalLong unknown = OptionalLong.empty();
      Device device =
          new Device("gpu", "GPU-1", unknown, unknown, unknown, unknown, Optional.empty());
      return new Sight(new NodeView("own", List.of(device)), List.of());
    }

    @Override
    public void keepUp() {
      keptUp.incrementAndGet();
    }

    @Override
    public void close() {
      closed.incrementAndGet();
    }
  }
}
