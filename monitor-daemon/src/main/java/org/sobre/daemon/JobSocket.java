package org.sobre.daemon;

import java.io.IOException;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sobre.daemon.Connections.Talk;

/**
 * {@code job.sock}: where a job asks for its energy and says what it did. One thread for all
 * connections, none of which waits for another; who asks is told by the kernel (SO_PEERCRED).
 */
final class JobSocket implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(JobSocket.class);
  private static final long DEADLINE_NANOS = Duration.ofSeconds(2).toNanos();
  private static final long LOOK_EVERY_MILLIS = 250;

  /** Connections waiting in the kernel; more at once are refused there. */
  private static final int BACKLOG = 256;

  /** Of one look, so that those already taken are served meanwhile. */
  private static final int MOST_ACCEPTED = 64;

  private static final long STACK_BYTES = 512 * 1024;

  /** Who may connect. */
  enum Access {
    EVERYBODY("rw-rw-rw-"),
    OWNER("rw-------");

    private final String permissions;

    Access(String permissions) {
      this.permissions = permissions;
    }
  }

  private final Path path;
  private final JobAnswers answers;
  private final Selector selector;
  private final ServerSocketChannel server;
  private final SelectionKey acceptKey;
  private final Connections connections;
  private final Thread thread;
  private final StateChange accepting = new StateChange(LOG, "job socket");

  private JobSocket(Path path, JobAnswers answers, Selector selector, ServerSocketChannel server)
      throws IOException {
    this.path = path;
    this.answers = answers;
    this.selector = selector;
    this.server = server;
    this.acceptKey = server.register(selector, SelectionKey.OP_ACCEPT);
    this.connections = new Connections(selector);
    this.thread = new Thread(null, this::serve, "job-socket", STACK_BYTES);
    thread.setDaemon(true);
  }

  /**
   * Empty, and said, if the socket cannot be made: jobs are metered all the same, and only cannot
   * ask.
   *
   * @throws IOException if another daemon answers there: two would write one chain
   */
  static Optional<JobSocket> openIfPossible(Path path, JobAnswers answers) throws IOException {
    refuseAnother(path);
    try {
      return Optional.of(bind(path, answers, Access.EVERYBODY));
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
   * @throws IOException if the socket cannot be made, or another daemon answers there
   */
  static JobSocket open(Path path, JobAnswers answers, Access access) throws IOException {
    refuseAnother(path);
    return bind(path, answers, access);
  }

  /** Whether a daemon answers there. The kernel refuses where nobody listens any more. */
  static boolean isAnswered(Path path) throws IOException {
    if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      return false;
    }
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.configureBlocking(false);
      channel.connect(UnixDomainSocketAddress.of(path));
      return true;
    } catch (SocketException e) {
      return false;
    }
  }

  private static void refuseAnother(Path path) throws IOException {
    if (isAnswered(path)) {
      throw new IOException("another sobre-monitord of this node answers at " + path + ": stop it");
    }
  }

  private static JobSocket bind(Path path, JobAnswers answers, Access access) throws IOException {
    Files.deleteIfExists(path);
    ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      server.bind(UnixDomainSocketAddress.of(path), BACKLOG);
      PeerCredentials.check(server, path);
      Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(access.permissions));
      server.configureBlocking(false);
      JobSocket socket = new JobSocket(path, answers, Selector.open(), server);
      socket.thread.start();
      return socket;
    } catch (IOException e) {
      server.close();
      throw e;
    }
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
        connections.dropOlderThan(DEADLINE_NANOS);
      } catch (IOException | ClosedSelectorException | CancelledKeyException e) {
        if (selector.isOpen()) {
          accepting.trouble(e.toString());
        }
      } catch (RuntimeException e) {
        LOG.error("a defect of Sobre, please report it", e);
      }
    }
  }

  private void serve(SelectionKey key) throws IOException {
    if (!key.isValid()) {
      return;
    }
    if (key.equals(acceptKey)) {
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
      Connections.drop(key);
    }
  }

  /**
   * Without file descriptors the connection stays where it is, and the kernel tells of it again and
   * again: one is freed, and that for which there was none is taken at the next look.
   */
  private void accept() throws IOException {
    for (int i = 0; i < MOST_ACCEPTED; i++) {
      SocketChannel channel;
      try {
        channel = server.accept();
      } catch (IOException e) {
        if (server.isOpen()) {
          accepting.trouble("no connection can be taken: " + e);
          connections.dropOfGreediest();
          rest();
        }
        return;
      }
      if (channel == null) {
        accepting.fine();
        return;
      }
      try {
        connections.take(channel);
      } catch (IOException e) {
        channel.close();
      }
    }
  }

  /** Also where no connection of ours can be freed, this thread does not run in a circle. */
  private static void rest() {
    try {
      Thread.sleep(LOOK_EVERY_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void read(SelectionKey key) throws IOException {
    Talk talk = Connections.talk(key);
    int count = ((SocketChannel) key.channel()).read(talk.request);
    int newline = newline(talk.request);
    if (newline < 0 && count >= 0 && talk.request.hasRemaining()) {
      return;
    }
    String answer;
    if (newline < 0 && count >= 0) {
      answer =
          JobAnswers.error(
              "expected one line of at most " + Connections.LONGEST_REQUEST + " bytes");
    } else {
      int length = newline < 0 ? talk.request.position() : newline;
      String request = new String(talk.request.array(), 0, length, StandardCharsets.UTF_8);
      answer = answer(request, talk.peer);
    }
    talk.answer = ByteBuffer.wrap((answer + "\n").getBytes(StandardCharsets.UTF_8));
    key.interestOps(SelectionKey.OP_WRITE);
  }

  /** Nothing that anybody writes may end the thread that serves all. */
  private String answer(String request, Peer peer) {
    try {
      return answers.answer(request, peer);
    } catch (StackOverflowError e) {
      // Anybody can write this: a log of it would fill /run, where an image keeps its journal.
      return JobAnswers.error("expected one object, found brackets within brackets too deep");
    } catch (RuntimeException e) {
      LOG.error("a defect of Sobre, please report it; asked by uid {}", peer.uid(), e);
      return JobAnswers.error("this request cannot be answered; the daemon's log has the reason");
    }
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
    Talk talk = Connections.talk(key);
    ((SocketChannel) key.channel()).write(talk.answer);
    if (!talk.answer.hasRemaining()) {
      Connections.drop(key);
    }
  }
}
