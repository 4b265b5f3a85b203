package org.sobre.daemon.health;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sobre.slurm.health.HealthState;
import org.sobre.slurm.health.KernelRecord;

/**
 * Reads the kernel's log from its oldest record on, as long as the daemon lives: {@code /dev/kmsg},
 * of which each read gives one record and waits for the next (the kernel's
 * Documentation/ABI/testing/dev-kmsg). A read cannot be interrupted, so it has a daemon thread of
 * its own. Where {@code kernel.dmesg_restrict} is 1, as Debian has it, this needs CAP_SYSLOG.
 */
final class KernelLog {

  private static final Logger LOG = LoggerFactory.getLogger(KernelLog.class);

  /** The kernel refuses a read into less than a record; the longest has 8 KiB. */
  private static final int MOST_RECORD = 16 << 10;

  private static final Duration PAUSE = Duration.ofMillis(500);

  private final Path file;
  private final Consumer<KernelRecord> reader;
  private volatile HealthState.KernelLog state = HealthState.KernelLog.ABSENT;

  /**
   * @param reader called by the thread that reads
   */
  KernelLog(Path file, Consumer<KernelRecord> reader) {
    this.file = file;
    this.reader = reader;
  }

  HealthState.KernelLog state() {
    return state;
  }

  /** Starts to read, if it may. */
  void start() {
    if (!Files.exists(file)) {
      LOG.warn("{} is not there: Xids are not seen", file);
      return;
    }
    try {
      // not a channel of java.nio: that seeks, which this device refuses
      InputStream in = new FileInputStream(file.toFile());
      state = HealthState.KernelLog.READ;
      Thread thread = new Thread(() -> follow(in), "sobre-kmsg");
      thread.setDaemon(true);
      thread.start();
    } catch (IOException e) {
      state = HealthState.KernelLog.NO_PERMISSION;
      LOG.warn("{}: Xids are not seen; the unit needs CAP_SYSLOG: {}", file, e.toString());
    }
  }

  private void follow(InputStream in) {
    byte[] record = new byte[MOST_RECORD];
    while (true) {
      try {
        int length = in.read(record);
        if (length <= 0) {
          // an ordinary file in its place, read to its end
          LockSupport.parkNanos(PAUSE.toNanos());
        } else {
          tell(new String(record, 0, length, StandardCharsets.UTF_8));
        }
      } catch (IOException e) {
        // EPIPE: records were overwritten before they were read; the next read gives the oldest
        LOG.debug("{}: {}", file, e.toString());
        LockSupport.parkNanos(PAUSE.toNanos());
      }
    }
  }

  /** One record, or, of an ordinary file, as many lines as there were. */
  private void tell(String text) {
    text.lines().forEach(line -> KernelRecord.parse(line).ifPresent(reader));
  }
}
