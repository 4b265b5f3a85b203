package org.sobre.daemon;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Held by the daemon of a directory for as long as it lives, so that two that start at once do not
 * both write one chain: a socket can be looked at and taken by both.
 */
final class DaemonLock implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(DaemonLock.class);
  private static final Duration LOOK_EVERY = Duration.ofMillis(100);

  private final FileChannel channel;

  private DaemonLock(FileChannel channel) {
    this.channel = channel;
  }

  /** Empty if another daemon has it. */
  static Optional<DaemonLock> tryTake(Path file) throws IOException {
    FileChannel channel =
        FileChannel.open(
            file,
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    try {
      FileLock lock = channel.tryLock();
      if (lock != null) {
        return Optional.of(new DaemonLock(channel));
      }
    } catch (IOException e) {
      channel.close();
      throw e;
    }
    channel.close();
    return Optional.empty();
  }

  /**
   * Waits for a daemon that is just ending.
   *
   * @return empty if another daemon answers meanwhile
   * @throws IOException if none answers and the lock was not to be had within the patience
   */
  static Optional<DaemonLock> take(Path file, Path socket, Duration patience) throws IOException {
    long until = System.nanoTime() + patience.toNanos();
    while (System.nanoTime() < until) {
      Optional<DaemonLock> lock = tryTake(file);
      if (lock.isPresent()) {
        return lock;
      }
      if (JobSocket.isAnswered(socket)) {
        return Optional.empty();
      }
      LockSupport.parkNanos(LOOK_EVERY.toNanos());
    }
    throw new IOException(
        "another sobre-monitord holds "
            + file
            + " and does not answer at "
            + socket
            + " after "
            + patience.toSeconds()
            + " s: see what it does (its log stands beside its ledger), or end it");
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      LOG.debug("giving the lock back", e);
    }
  }
}
