package org.sobre.daemon;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.sobre.energy.station.DaemonConnection;

/** Questions to a daemon that runs, all of them within one deadline. */
final class DaemonTalk {

  private static final Duration BETWEEN = Duration.ofMillis(50);
  private static final int LONGEST_ANSWER = 4096;

  private final Path socket;
  private final long until;

  /**
   * @param patience from now on
   */
  DaemonTalk(Path socket, Duration patience) {
    this.socket = socket;
    this.until = System.nanoTime() + patience.toNanos();
  }

  boolean isOver() {
    return until - System.nanoTime() <= 0;
  }

  /**
   * Asks again where the daemon closes without a word: it does to the oldest connection of a user
   * who has too many, and when it stops.
   *
   * @return the one line that the daemon answers before it closes; not empty
   * @throws SocketTimeoutException if it has not by the deadline, or takes no connection
   * @throws IOException if there is no daemon
   */
  String ask(String request) throws IOException {
    while (true) {
      String answer = askOnce(request);
      if (!answer.isEmpty()) {
        return answer;
      }
      if (isOver()) {
        throw new SocketTimeoutException("no answer at " + socket);
      }
      LockSupport.parkNanos(BETWEEN.toNanos());
    }
  }

  /** Empty if the connection ends before the answer. */
  private String askOnce(String request) throws IOException {
    try (SocketChannel channel = DaemonConnection.open(socket, until)) {
      try {
        return ask(channel, request);
      } catch (SocketTimeoutException e) {
        throw e;
      } catch (IOException e) {
        // a connection that is closed with the request unread is reset
        return "";
      }
    }
  }

  private String ask(SocketChannel channel, String request) throws IOException {
    try (Selector selector = Selector.open()) {
      SelectionKey key = channel.register(selector, SelectionKey.OP_WRITE);
      ByteBuffer out = ByteBuffer.wrap(request.getBytes(StandardCharsets.UTF_8));
      while (out.hasRemaining()) {
        await(selector);
        channel.write(out);
      }
      key.interestOps(SelectionKey.OP_READ);
      ByteBuffer in = ByteBuffer.allocate(LONGEST_ANSWER);
      int count = 0;
      while (in.hasRemaining() && count >= 0) {
        await(selector);
        count = channel.read(in);
      }
      return new String(in.array(), 0, in.position(), StandardCharsets.UTF_8).strip();
    }
  }

  private void await(Selector selector) throws IOException {
    selector.selectedKeys().clear();
    long millis = Duration.ofNanos(until - System.nanoTime()).toMillis();
    if (millis <= 0 || selector.select(millis) == 0) {
      throw new SocketTimeoutException("no answer at " + socket);
    }
  }
}
