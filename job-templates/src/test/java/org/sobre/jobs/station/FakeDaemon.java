package org.sobre.jobs.station;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;

/** The daemon's end of job.sock: a real socket, and an answer for each line. */
public final class FakeDaemon implements AutoCloseable {

  /** No answer, and the connection stays open. */
  public static final String SILENCE = "silence";

  public final List<String> asked = new CopyOnWriteArrayList<>();
  private final List<SocketChannel> silent = new CopyOnWriteArrayList<>();

  /** Of a client that went away, and of the end: for a debugger. */
  private final List<IOException> failures = new CopyOnWriteArrayList<>();

  private final ServerSocketChannel server;
  private final Thread thread;

  public FakeDaemon(Path socket, UnaryOperator<String> answers) throws IOException {
    server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    server.bind(UnixDomainSocketAddress.of(socket));
    thread = new Thread(() -> serve(answers), "fake-daemon");
    thread.setDaemon(true);
    thread.start();
  }

  private void serve(UnaryOperator<String> answers) {
    while (server.isOpen()) {
      try {
        SocketChannel channel = server.accept();
        ByteBuffer request = ByteBuffer.allocate(4096);
        channel.read(request);
        String line = new String(request.array(), 0, request.position(), StandardCharsets.UTF_8);
        asked.add(line);
        String answer = answers.apply(line);
        if (answer.equals(SILENCE)) {
          silent.add(channel);
        } else {
          channel.write(ByteBuffer.wrap(answer.getBytes(StandardCharsets.UTF_8)));
          channel.close();
        }
      } catch (IOException e) {
        failures.add(e);
      }
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    try {
      // until it has left accept() the kernel still takes connections
      thread.join(Duration.ofSeconds(2).toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    for (SocketChannel channel : silent) {
      channel.close();
    }
  }
}
