package org.sobre.jobs.launch;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Looks at the files that a child writes to: each second until it has said that it is loaded, for
 * half an hour at most, and at its end.
 */
final class OutputFiles {

  private static final Duration PERIOD = Duration.ofSeconds(1);
  private static final Duration LONGEST_LOAD = Duration.ofMinutes(30);

  private final List<OutputFile> files;
  private final CountDownLatch ended = new CountDownLatch(1);

  OutputFiles(List<OutputFile> files) {
    this.files = List.copyOf(files);
  }

  void start() {
    if (files.isEmpty()) {
      return;
    }
    Thread thread = new Thread(this::follow, "output");
    thread.setDaemon(true);
    thread.start();
  }

  void finish() {
    ended.countDown();
    files.forEach(OutputFile::look);
  }

  private void follow() {
    try {
      for (long second = 0; second < LONGEST_LOAD.toSeconds(); second++) {
        if (ended.await(PERIOD.toMillis(), TimeUnit.MILLISECONDS)
            || files.stream().anyMatch(OutputFile::isLoaded)) {
          return;
        }
        files.forEach(OutputFile::look);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
