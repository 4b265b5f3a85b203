package org.sobre.jobs.station;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.sobre.energy.station.DaemonConnection;
import org.sobre.hardware.json.JsonObject;
import org.sobre.hardware.json.JsonShapeException;
import org.sobre.hardware.message.Messages;

/**
 * The near end of the daemon's {@code job.sock}: one line of JSON each way, within a deadline.
 *
 * @param path of the socket
 * @param deadline of one question and its answer together
 */
public record DaemonSocket(Path path, Duration deadline) {

  private static final Messages MESSAGES = Messages.of(DaemonSocket.class);
  private static final int MAX_ANSWER_BYTES = 1 << 20;
  private static final int VERSION = 1;

  /**
   * @param question with {@code v} and what is asked
   * @throws NoDaemonException if nobody takes connections there, or one who is about to end
   * @throws IOException if the daemon did not answer within the deadline
   * @throws JsonShapeException if the answer is no JSON object, or the daemon's refusal; the
   *     message then is the daemon's own
   */
  public JsonObject ask(Map<String, Object> question) throws IOException, JsonShapeException {
    String line = exchange(question);
    if (JsonObject.parse(line).bool("again").orElse(false)) {
      throw new NoDaemonException("the sobre-monitord of " + path + " is ending");
    }
    return answer(line);
  }

  /** One line of the daemon's, if it is no refusal and of this version. */
  public static JsonObject answer(String line) throws JsonShapeException {
    JsonObject json = JsonObject.parse(line);
    long version = json.requiredInteger("v");
    if (version != VERSION) {
      throw new JsonShapeException(
          "v: expected " + VERSION + ", found " + version + " in what sobre-monitord answers");
    }
    if (json.string("error").isPresent()) {
      throw new JsonShapeException(MESSAGES.text("daemon.refuses", json.requiredString("error")));
    }
    return json;
  }

  private String exchange(Map<String, Object> question) throws IOException {
    long giveUp = System.nanoTime() + deadline.toNanos();
    ByteBuffer out =
        ByteBuffer.wrap((JSON.std.asString(question) + "\n").getBytes(StandardCharsets.UTF_8));
    try (SocketChannel channel = connect(giveUp);
        Selector selector = Selector.open()) {
      SelectionKey key = channel.register(selector, SelectionKey.OP_WRITE);
      while (out.hasRemaining()) {
        await(selector, giveUp);
        channel.write(out);
      }
      key.interestOps(SelectionKey.OP_READ);
      return readLine(channel, selector, giveUp);
    }
  }

  private SocketChannel connect(long giveUp) throws IOException {
    if (!Files.exists(path)) {
      throw new NoDaemonException(MESSAGES.text("daemon.absent", path));
    }
    try {
      return DaemonConnection.open(path, giveUp);
    } catch (SocketTimeoutException e) {
      throw new IOException(MESSAGES.text("daemon.busy", path), e);
    } catch (SocketException e) {
      throw new NoDaemonException(
          MESSAGES.text("daemon.deaf", path, String.valueOf(e.getMessage())));
    }
  }

  private String readLine(SocketChannel channel, Selector selector, long giveUp)
      throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    ByteBuffer in = ByteBuffer.allocate(4096);
    while (line.size() < MAX_ANSWER_BYTES) {
      await(selector, giveUp);
      int count = channel.read(in.clear());
      if (count < 0) {
        return line.toString(StandardCharsets.UTF_8);
      }
      for (int i = 0; i < count; i++) {
        if (in.get(i) == '\n') {
          return line.toString(StandardCharsets.UTF_8);
        }
        line.write(in.get(i));
      }
    }
    throw new IOException(MESSAGES.text("daemon.tooMuch", MAX_ANSWER_BYTES));
  }

  /** A deadline of less than a second is told as such. */
  private String seconds() {
    return BigDecimal.valueOf(deadline.toMillis(), 3).stripTrailingZeros().toPlainString();
  }

  private void await(Selector selector, long giveUp) throws IOException {
    selector.selectedKeys().clear();
    long left = Duration.ofNanos(giveUp - System.nanoTime()).toMillis();
    if (left <= 0 || selector.select(left) == 0) {
      throw new IOException(MESSAGES.text("daemon.silent", seconds(), path));
    }
  }
}
