package org.sobre.slurm.registration;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Only one process publishes or registers a node at a time: the boot's own, and the one that an
 * admin starts by hand. The kernel drops the lock of a process that dies.
 */
public final class RegistrationLock {

  private static final Duration BETWEEN_TRIES = Duration.ofMillis(50);

  private RegistrationLock() {}

  /** What is done alone. */
  @FunctionalInterface
  public interface Work<T, E extends Exception> {
    T run() throws IOException, E;
  }

  /**
   * @param directory where {@link NodePublisher} writes; made if it is not there
   * @param patience how long another process may take to be done
   * @throws IOException if the lock cannot be had in that time, or the file cannot be written
   */
  public static <T, E extends Exception> T alone(Path directory, Duration patience, Work<T, E> work)
      throws IOException, E {
    Files.createDirectories(directory);
    Path file = directory.resolve("lock");
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      await(file, channel, patience);
      return work.run();
    }
  }

  private static void await(Path file, FileChannel channel, Duration patience) throws IOException {
    long end = System.nanoTime() + patience.toNanos();
    while (!isTaken(channel)) {
      if (System.nanoTime() - end >= 0) {
        throw new IOException(
            file
                + ": expected to be alone, found another `sobre node publish` or `register` at work"
                + " for "
                + patience.toSeconds()
                + " s: try again when it is done");
      }
      LockSupport.parkNanos(BETWEEN_TRIES.toNanos());
    }
  }

  private static boolean isTaken(FileChannel channel) throws IOException {
    try {
      @Nullable FileLock lock = channel.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException e) {
      return false;
    }
  }
}
