package org.sobre.jobs.station;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sobre.hardware.json.JsonShapeException;

/** The rule of docs/contracts/README.md, on the answering side. */
class DaemonSocketTest {

  @Test
  void takesAnAnswerWithKeysThatALaterVersionAdds() throws JsonShapeException {
    assertThat(DaemonSocket.answer("{\"v\":1,\"ok\":true,\"colour\":\"green\"}").bool("ok"))
        .contains(true);
  }

  /** Whoever takes it for none starts one of his own beside it. */
  @Test
  void aDaemonWhoseQueueIsFullIsThere(@TempDir Path directory) throws IOException {
    Path path = directory.resolve("job.sock");
    DaemonSocket socket = new DaemonSocket(path, Duration.ofMillis(300));
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(path), 1);
      List<SocketChannel> waiting = fill(path);
      assertThatThrownBy(() -> socket.ask(NodeView.question()))
          .isInstanceOf(IOException.class)
          .isNotInstanceOf(NoDaemonException.class)
          .hasMessageContaining("does not take connections");
      for (SocketChannel one : waiting) {
        one.close();
      }
    }
    assertThatThrownBy(() -> socket.ask(NodeView.question()))
        .as("nobody listens any more")
        .isInstanceOf(NoDaemonException.class);
  }

  private static List<SocketChannel> fill(Path path) throws IOException {
    List<SocketChannel> waiting = new ArrayList<>();
    while (true) {
      SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
      channel.configureBlocking(false);
      try {
        channel.connect(UnixDomainSocketAddress.of(path));
        waiting.add(channel);
      } catch (SocketException full) {
        channel.close();
        return waiting;
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"v\":2,\"ok\":true}|v: expected 1, found 2",
        "{\"ok\":true}|v: this key is required and missing",
        "{\"v\":1,\"error\":\"not yours\"}|sobre-monitord says: not yours",
      })
  void refusesWhatItCannotRelyOn(String answer, String message) {
    assertThatThrownBy(() -> DaemonSocket.answer(answer))
        .isInstanceOf(JsonShapeException.class)
        .hasMessageContaining(message);
  }
}
