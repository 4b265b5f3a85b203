package org.sobre.daemon;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sobre.daemon.Connections.Talk;

/**
 * A socket in the file system, at which each connection asks once and is answered. One thread for
 * all connections, none of which waits for another; who asks is told by the kernel (SO_PEERCRED).
 */
final class LocalSocket implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(LocalSocket.class);
  private static final long DEADLINE_NANOS = Duration.ofSeconds(2).toNanos();
  private static final long LOOK_EVERY_MILLIS = 250;

  /** Connections waiting in the kernel; more at once are refused there. */
  private static final int BACKLOG = 256;

  /** Of one look, so that those already taken are served before they make room for others. */
  private static final int MOST_ACCEPTED = 16;

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

  /** What follows what has come of a request. */
  enum Rest {
    MAY_COME,
    /** The other side has said that it sends no more. */
    NONE,
    /** There is no room for more than {@link Connections#LONGEST_REQUEST} bytes. */
    NO_ROOM
  }

  /** What is asked and answered. */
  interface Protocol {

    /**
     * The answer, after which the connection ends; empty while more of the request is to come.
     * Asked again after each piece; must answer where none may come.
     *
     * @param request all that has come, as UTF-8
     */
    Optional<byte[]> answer(String request, Rest rest, Peer peer);
  }

  private final Path path;
  private final Protocol protocol;
  private final Selector selector;
  private final ServerSocketChannel server;
  private final SelectionKey acceptKey;
  private final Connections connections;
  private final Thread thread;
  private final StateChange accepting;

  private LocalSocket(
      String name,
      Path path,
      int mostOfOneUser,
      Protocol protocol,
      Selector selector,
      ServerSocketChannel server)
      throws IOException {
    this.path = path;
    this.protocol = protocol;
    this.selector = selector;
    this.server = server;
    this.acceptKey = server.register(selector, SelectionKey.OP_ACCEPT);
    this.connections = new Connections(selector, mostOfOneUser);
    this.accepting = new StateChange(LOG, name);
    this.thread = new Thread(null, this::serve, name, STACK_BYTES);
    thread.setDaemon(true);
  }

  /**
   * Listens, in the place of whatever is there. The socket has its name once it is ready: who waits
   * for the name would be taken for this process's own look at itself.
   *
   * @param name of its thread, and in the log
   * @param mostOfOneUser connections at once, of which a further one takes the oldest's place
   * @throws IOException if the socket cannot be made
   */
  static LocalSocket bind(
      String name, Path path, Access access, int mostOfOneUser, Protocol protocol)
      throws IOException {
    Path unready = path.resolveSibling(path.getFileName() + ".new");
    Files.deleteIfExists(unready);
    ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      server.bind(UnixDomainSocketAddress.of(unready), BACKLOG);
      PeerCredentials.check(server, unready);
      Files.setPosixFilePermissions(unready, PosixFilePermissions.fromString(access.permissions));
      server.configureBlocking(false);
      Files.move(unready, path, StandardCopyOption.ATOMIC_MOVE);
      LocalSocket socket =
          new LocalSocket(name, path, mostOfOneUser, protocol, Selector.open(), server);
      socket.thread.start();
      return socket;
    } catch (IOException e) {
      server.close();
      Files.deleteIfExists(unready);
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
      LOG.debug("closing {}", path, e);
    }
  }

  private void serve() {
    while (selector.isOpen() && server.isOpen()) {
      try {
        selector.select(LOOK_EVERY_MILLIS);
        List<SelectionKey> ready = new ArrayList<>(selector.selectedKeys());
        selector.selectedKeys().clear();
        // whose request is there is answered, and no longer the oldest, before others come in
        ready.sort(Comparator.comparing(acceptKey::equals));
        for (SelectionKey key : ready) {
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
    boolean over = ((SocketChannel) key.channel()).read(talk.request) < 0;
    Rest rest = over ? Rest.NONE : talk.request.hasRemaining() ? Rest.MAY_COME : Rest.NO_ROOM;
    Optional<byte[]> answer = protocol.answer(talk.text(), rest, talk.peer);
    if (answer.isPresent()) {
      talk.answer = ByteBuffer.wrap(answer.get());
      key.interestOps(SelectionKey.OP_WRITE);
    }
  }

  private static void write(SelectionKey key) throws IOException {
    Talk talk = Connections.talk(key);
    ((SocketChannel) key.channel()).write(talk.answer);
    if (!talk.answer.hasRemaining()) {
      Connections.drop(key);
    }
  }
}
