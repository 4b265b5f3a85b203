package org.sobre.jobs.engine;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.sobre.hardware.json.JsonShapeException;
import org.sobre.hardware.units.Reading;
import org.sobre.hardware.units.Reading.Reason;
import org.sobre.slurm.job.JobKey;

/**
 * Talks to the node's daemon over {@code job.sock}: one line of JSON each way. Whatever goes wrong
 * there is an answer with a reason, within the deadline: a job never fails and never waits for it.
 */
final class JobSocketClient {

  private static final int MAX_ANSWER_BYTES = 1 << 20;

  private final Path socket;
  private final Duration deadline;

  JobSocketClient(Path socket, Duration deadline) {
    this.socket = socket;
    this.deadline = deadline;
  }

  /**
   * What a job says of itself; absent is unknown.
   *
   * @param items done; only after the command has succeeded
   */
  record Declaration(
      Optional<String> profile,
      OptionalLong batchSize,
      Optional<String> unit,
      OptionalLong items) {}

  Reading<JobEnergy> energy(JobKey job) {
    Map<String, Object> request = request(job);
    request.put("ask", "energy");
    try {
      return Reading.of(JobEnergy.parse(exchange(request)));
    } catch (IOException | JsonShapeException e) {
      return unavailable(e);
    }
  }

  /** True if the daemon took note. */
  Reading<Boolean> declare(JobKey job, Declaration declaration) {
    Map<String, Object> words = new LinkedHashMap<>();
    declaration.profile().ifPresent(profile -> words.put("profile", profile));
    declaration.batchSize().ifPresent(batch -> words.put("batchSize", batch));
    declaration.unit().ifPresent(unit -> words.put("unit", unit));
    declaration.items().ifPresent(items -> words.put("items", items));
    Map<String, Object> request = request(job);
    request.put("declare", words);
    try {
      return Reading.of(JobEnergy.answer(exchange(request)).bool("ok").orElse(false));
    } catch (IOException | JsonShapeException e) {
      return unavailable(e);
    }
  }

  private static Map<String, Object> request(JobKey job) {
    Map<String, Object> request = new LinkedHashMap<>();
    request.put("v", 1);
    request.put("job", job.toString());
    return request;
  }

  private <T> Reading<T> unavailable(Exception e) {
    if (!Files.exists(socket)) {
      return Reading.unavailable(
          Reason.NOT_PRESENT, "no sobre-monitord on this node (" + socket + " is not there)");
    }
    return Reading.unavailable(Reason.FAILED, String.valueOf(e.getMessage()));
  }

  private String exchange(Map<String, Object> request) throws IOException {
    long giveUp = System.nanoTime() + deadline.toNanos();
    ByteBuffer out =
        ByteBuffer.wrap((JSON.std.asString(request) + "\n").getBytes(StandardCharsets.UTF_8));
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        Selector selector = Selector.open()) {
      channel.configureBlocking(false);
      // a local socket connects at once or, its queue being full, not at all
      if (!channel.connect(UnixDomainSocketAddress.of(socket))) {
        throw new IOException("sobre-monitord does not take connections on " + socket);
      }
      SelectionKey key = channel.register(selector, SelectionKey.OP_WRITE);
      while (out.hasRemaining()) {
        await(selector, giveUp);
        channel.write(out);
      }
      key.interestOps(SelectionKey.OP_READ);
      return readLine(channel, selector, giveUp);
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
    throw new IOException("sobre-monitord answered more than " + MAX_ANSWER_BYTES + " B");
  }

  private void await(Selector selector, long giveUp) throws IOException {
    selector.selectedKeys().clear();
    long left = Duration.ofNanos(giveUp - System.nanoTime()).toMillis();
    if (left <= 0 || selector.select(left) == 0) {
      throw new IOException(
          "sobre-monitord did not answer within " + deadline.toSeconds() + " s on " + socket);
    }
  }
}
