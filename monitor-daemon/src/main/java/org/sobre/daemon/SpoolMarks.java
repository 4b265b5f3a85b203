package org.sobre.daemon;

import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells at once, by inotify(7), that a hook leaves a file in the spool directory: the meters are
 * read then. Which job it is, and when, is told by the file alone, at the next tick; so nothing is
 * lost where the kernel has no watch to give, or drops events when too many come: a mark then cuts
 * the second that it falls into by time.
 */
final class SpoolMarks implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(SpoolMarks.class);

  private static final Duration RETRY = Duration.ofSeconds(10);

  private final Path directory;
  private final Runnable mark;
  private final StateChange state = new StateChange(LOG, "spool's watch");
  private final Thread thread;

  /**
   * @param mark told in a thread of this object
   */
  SpoolMarks(Path directory, Runnable mark) {
    this.directory = directory;
    this.mark = mark;
    this.thread = new Thread(this::follow, "spool-marks");
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  boolean isAlive() {
    return thread.isAlive();
  }

  private void follow() {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        watch();
        Thread.sleep(RETRY.toMillis());
      }
    } catch (InterruptedException | ClosedWatchServiceException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Returns when there is nothing to watch, or no more. */
  private void watch() throws InterruptedException {
    try (WatchService service = directory.getFileSystem().newWatchService()) {
      directory.register(service, StandardWatchEventKinds.ENTRY_CREATE);
      state.fine();
      boolean watched = true;
      while (watched) {
        WatchKey key = service.take();
        // what it was does not matter, an overflow neither: the files are read at the next tick;
        // taken before the mark is told, or one that comes in between would be taken with it
        key.pollEvents();
        mark.run();
        watched = key.reset();
      }
      state.trouble("the directory is gone");
    } catch (IOException | UnsupportedOperationException e) {
      state.trouble("cannot be had, marks cut the second that they fall into by time: " + e);
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
