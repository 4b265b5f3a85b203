package org.sobre.energy.station;

import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/** The way to a daemon's socket in the file system. */
public final class DaemonConnection {

  private static final Duration BETWEEN = Duration.ofMillis(50);

  private DaemonConnection() {}

  /**
   * Tries again while the queue of those who wait for the daemon is full.
   *
   * @param untilNanos of {@link System#nanoTime()}; tried once at least
   * @return connected, and not blocking
   * @throws SocketTimeoutException if the queue was full until then
   * @throws SocketException if nobody listens there, or this user may not connect
   */
  public static SocketChannel open(Path socket, long untilNanos) throws IOException {
    while (true) {
      Optional<SocketChannel> channel = openNow(socket);
      if (channel.isPresent()) {
        return channel.get();
      }
      if (untilNanos - System.nanoTime() <= 0) {
        throw new SocketTimeoutException("no connection at " + socket);
      }
      LockSupport.parkNanos(BETWEEN.toNanos());
    }
  }

  /** A local socket connects at once or, its queue being full, not at all: then empty. */
  private static Optional<SocketChannel> openNow(Path socket) throws IOException {
    SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    boolean isConnected = false;
    try {
      channel.configureBlocking(false);
      isConnected = channel.connect(UnixDomainSocketAddress.of(socket));
    } catch (SocketException e) {
      if (!isQueueFull(e, socket)) {
        throw e;
      }
    } finally {
      if (!isConnected) {
        channel.close();
      }
    }
    return isConnected ? Optional.of(channel) : Optional.empty();
  }

  /**
   * connect(2)'s EAGAIN, which JDK 17 throws, its words in the user's language. One that nobody
   * listens at, or that may not be opened, has a class of its own.
   */
  private static boolean isQueueFull(SocketException e, Path socket) {
    return e.getClass() == SocketException.class && Files.exists(socket);
  }
}
