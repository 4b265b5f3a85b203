package org.sobre.daemon;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connections of a socket, few enough for every user to find room: one who opens more than his
 * part loses his oldest, and where all together are too many, who has most loses his oldest.
 */
final class Connections {

  static final int MOST_OF_ONE_USER = 16;
  static final int MOST = 64;
  static final int LONGEST_REQUEST = 4096;

  private static final Logger LOG = LoggerFactory.getLogger(Connections.class);

  /** One connection: a request until its newline, then an answer until it is out. */
  static final class Talk {
    final Peer peer;
    final long begunAt = System.nanoTime();
    final ByteBuffer request = ByteBuffer.allocate(LONGEST_REQUEST);
    ByteBuffer answer = ByteBuffer.allocate(0);

    Talk(Peer peer) {
      this.peer = peer;
    }

    /** The request as far as it has come. */
    String text() {
      return new String(request.array(), 0, request.position(), StandardCharsets.UTF_8);
    }
  }

  private final Selector selector;
  private final int mostOfOneUser;

  /**
   * @param mostOfOneUser {@link #MOST} where all are one user's
   */
  Connections(Selector selector, int mostOfOneUser) {
    this.selector = selector;
    this.mostOfOneUser = mostOfOneUser;
  }

  /** Takes a connection in, making room for it first. */
  void take(SocketChannel channel) throws IOException {
    Peer peer = PeerCredentials.of(channel);
    List<SelectionKey> open = open();
    List<SelectionKey> ofUser = open.stream().filter(key -> uid(key) == peer.uid()).toList();
    if (ofUser.size() >= mostOfOneUser) {
      oldest(ofUser).ifPresent(Connections::drop);
    } else if (open.size() >= MOST) {
      dropOfGreediest(open);
    }
    channel.configureBlocking(false);
    channel.register(selector, SelectionKey.OP_READ, new Talk(peer));
  }

  /** Frees a file descriptor, where the process has none left. */
  void dropOfGreediest() {
    dropOfGreediest(open());
  }

  void dropOlderThan(long nanos) {
    long now = System.nanoTime();
    open().stream().filter(key -> now - talk(key).begunAt > nanos).forEach(Connections::drop);
  }

  static Talk talk(SelectionKey key) {
    return (Talk) key.attachment();
  }

  static void drop(SelectionKey key) {
    key.cancel();
    try {
      key.channel().close();
    } catch (IOException e) {
      LOG.debug("closing a connection", e);
    }
  }

  private static void dropOfGreediest(List<SelectionKey> open) {
    Map<Integer, List<SelectionKey>> byUser =
        open.stream().collect(Collectors.groupingBy(Connections::uid));
    byUser.values().stream()
        .max(Comparator.comparingInt(List::size))
        .flatMap(Connections::oldest)
        .ifPresent(Connections::drop);
  }

  private List<SelectionKey> open() {
    return selector.keys().stream()
        .filter(SelectionKey::isValid)
        .filter(key -> key.attachment() instanceof Talk)
        .toList();
  }

  private static Optional<SelectionKey> oldest(List<SelectionKey> keys) {
    Function<SelectionKey, Long> begin = key -> talk(key).begunAt;
    return keys.stream().min(Comparator.comparing(begin));
  }

  private static int uid(SelectionKey key) {
    return talk(key).peer.uid();
  }
}
