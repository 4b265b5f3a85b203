package org.sobre.daemon;

import java.io.IOException;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntPredicate;
import java.util.function.Supplier;
import jdk.net.ExtendedSocketOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sobre.energy.accrual.JobView;
import org.sobre.slurm.job.JobKey;

/**
 * {@code /run/sobre/job.sock}: where a job asks for its energy and says what it did. One thread for
 * all connections, none of which waits for another; who asks is told by the kernel (SO_PEERCRED).
 */
final class JobSocket implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(JobSocket.class);
  private static final int LONGEST_REQUEST = 4096;
  private static final int MOST_CONNECTIONS = 64;
  private static final long DEADLINE_NANOS = Duration.ofSeconds(2).toNanos();
  private static final long LOOK_EVERY_MILLIS = 250;
  private static final int ROOT = 0;

  /** One connection: a request until its newline, then an answer until it is out. */
  private static final class Talk {
    final long begunAt = System.nanoTime();
    final ByteBuffer request = ByteBuffer.allocate(LONGEST_REQUEST);
    ByteBuffer answer = ByteBuffer.allocate(0);
  }

  private final Path path;
  private final JobAnswers answers;
  private final Supplier<Map<JobKey, JobView>> jobs;
  private final Selector selector;
  private final ServerSocketChannel server;
  private final Thread thread;

  private JobSocket(
      Path path,
      JobAnswers answers,
      Supplier<Map<JobKey, JobView>> jobs,
      Selector selector,
      ServerSocketChannel server) {
    this.path = path;
    this.answers = answers;
    this.jobs = jobs;
    this.selector = selector;
    this.server = server;
    this.thread = new Thread(this::serve, "job-socket");
    thread.setDaemon(true);
  }

  /**
   * Empty, and said, if the socket cannot be made: jobs are metered all the same, and only cannot
   * ask.
   *
   * @param jobs as they stand; called for each request
   * @throws IOException if another daemon answers there: two would write one chain
   */
  static Optional<JobSocket> openIfPossible(
      Path path, JobAnswers answers, Supplier<Map<JobKey, JobView>> jobs) throws IOException {
    refuseAnother(path);
    try {
      return Optional.of(open(path, answers, jobs));
    } catch (IOException e) {
      LOG.warn(
          "{} cannot be made, so jobs cannot ask what they draw: {}; is {} there, and may this user"
              + " write it (systemd-tmpfiles --create)? Looked at again at the next start",
          path,
          e.getMessage(),
          path.getParent());
      return Optional.empty();
    }
  }

  /**
   * @param jobs as they stand; called for each request
   * @throws IOException if the socket cannot be made, or another daemon answers there
   */
  static JobSocket open(Path path, JobAnswers answers, Supplier<Map<JobKey, JobView>> jobs)
      throws IOException {
    refuseAnother(path);
    Files.deleteIfExists(path);
    ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    server.bind(UnixDomainSocketAddress.of(path));
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-rw-rw-"));
    server.configureBlocking(false);
    Selector selector = Selector.open();
    server.register(selector, SelectionKey.OP_ACCEPT);
    JobSocket socket = new JobSocket(path, answers, jobs, selector, server);
    socket.thread.start();
    return socket;
  }

  /** The kernel refuses a connection to a socket that nobody listens at any more. */
  private static void refuseAnother(Path path) throws IOException {
    if (!Files.exists(path)) {
      return;
    }
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.configureBlocking(false);
      channel.connect(UnixDomainSocketAddress.of(path));
    } catch (SocketException e) {
      return;
    }
    throw new IOException("another sobre-monitord of this node answers at " + path + ": stop it");
  }

  @Override
  public void close() {
    try {
      server.close();
      selector.close();
      Files.deleteIfExists(path);
    } catch (IOException e) {
      LOG.debug("closing the job socket", e);
    }
  }

  private void serve() {
    while (selector.isOpen() && server.isOpen()) {
      try {
        selector.select(LOOK_EVERY_MILLIS);
        for (SelectionKey key : new ArrayList<>(selector.selectedKeys())) {
          selector.selectedKeys().remove(key);
          serve(key);
        }
        dropSlow();
      } catch (IOException | java.nio.channels.ClosedSelectorException e) {
        if (selector.isOpen()) {
          LOG.warn("job socket: {}", e.toString());
        }
      }
    }
  }

  private void serve(SelectionKey key) throws IOException {
    if (!key.isValid()) {
      return;
    }
    if (key.isAcceptable()) {
      accept();
      return;
    }
    try {
      if (key.isReadable()) {
        read(key);
      }
      if (key.isValid() && key.isWritable()) {
        write(key);
      }
    } catch (IOException e) {
      // The other side went away in the middle: its loss only.
      drop(key);
    }
  }

  private void accept() throws IOException {
    SocketChannel channel = server.accept();
    if (channel == null) {
      return;
    }
    if (selector.keys().size() > MOST_CONNECTIONS) {
      channel.close();
      return;
    }
    channel.configureBlocking(false);
    channel.register(selector, SelectionKey.OP_READ, new Talk());
  }

  private void read(SelectionKey key) throws IOException {
    Talk talk = (Talk) key.attachment();
    SocketChannel channel = (SocketChannel) key.channel();
    int count = channel.read(talk.request);
    int end = talk.request.position();
    int newline = newline(talk.request);
    if (newline < 0 && count >= 0 && talk.request.hasRemaining()) {
      return;
    }
    String answer;
    if (newline < 0 && count >= 0) {
      answer = JobAnswers.error("expected one line of at most " + LONGEST_REQUEST + " bytes");
    } else {
      int length = newline < 0 ? end : newline;
      String request = new String(talk.request.array(), 0, length, StandardCharsets.UTF_8);
      answer = answers.answer(request, jobs.get(), peerOf(channel));
    }
    talk.answer = ByteBuffer.wrap((answer + "\n").getBytes(StandardCharsets.UTF_8));
    key.interestOps(SelectionKey.OP_WRITE);
  }

  private static int newline(ByteBuffer request) {
    for (int i = 0; i < request.position(); i++) {
      if (request.get(i) == '\n') {
        return i;
      }
    }
    return -1;
  }

  private static void write(SelectionKey key) throws IOException {
    Talk talk = (Talk) key.attachment();
    ((SocketChannel) key.channel()).write(talk.answer);
    if (!talk.answer.hasRemaining()) {
      drop(key);
    }
  }

  private static IntPredicate peerOf(SocketChannel channel) throws IOException {
    UserPrincipal peer = channel.getOption(ExtendedSocketOptions.SO_PEERCRED).user();
    return uid -> is(peer, uid) || is(peer, ROOT);
  }

  /** Principals are equal by number; the lookup takes a number for a name it does not know. */
  private static boolean is(UserPrincipal peer, int uid) {
    try {
      return peer.equals(
          Path.of("/")
              .getFileSystem()
              .getUserPrincipalLookupService()
              .lookupPrincipalByName(Integer.toString(uid)));
    } catch (IOException e) {
      return false;
    }
  }

  private void dropSlow() {
    long now = System.nanoTime();
    for (SelectionKey key : selector.keys()) {
      if (key.attachment() instanceof Talk talk && now - talk.begunAt > DEADLINE_NANOS) {
        drop(key);
      }
    }
  }

  private static void drop(SelectionKey key) {
    key.cancel();
    try {
      key.channel().close();
    } catch (IOException e) {
      LOG.debug("closing a connection", e);
    }
  }
}
