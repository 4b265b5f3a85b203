package org.sobre.jobs.launch;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.time.Duration;

/**
 * Copies a child's stream, and has it remembered. If its reader has gone, so has the child's: it
 * gets SIGPIPE as it would without a wrapper.
 */
final class StreamPump {

  /** As much as a pipe holds. */
  private static final int BUFFER = 65_536;

  /**
   * After the child's end, for those that it left behind with its stream. A read that waits for so
   * long waits for them: what the child wrote has been read.
   */
  private static final Duration LINGER = Duration.ofSeconds(1);

  private static final long NOT_READING = Long.MAX_VALUE;

  /** As much as a pipe can be made to hold without privileges, and what Java reads ahead of it. */
  private static final long MOST_IN_PIPE = (1 << 20) + 2 * BUFFER;

  private final InputStream from;
  private final FileChannel to;
  private final OutputMemory memory;
  private final Thread thread = new Thread(this::copy, "output");

  /** The last read: the copying thread's own. */
  private long began;

  private volatile long readingSince = NOT_READING;

  /** When the read began that last left the pipe empty, all of it being copied; once there is. */
  private volatile long emptiedSince;

  private volatile boolean emptied;
  private volatile long copied;

  StreamPump(InputStream from, FileChannel to, OutputMemory memory) {
    this.from = from;
    this.to = to;
    this.memory = memory;
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  /**
   * Waits until all that the child wrote is copied, for a reader that is slow as long as it is.
   * What others write meanwhile, whom it left behind, is not waited for.
   */
  void finish() {
    long ended = System.nanoTime();
    long before = copied;
    try {
      while (!isThrough(ended, before)) {
        thread.join(50);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean isThrough(long ended, long before) {
    if (!thread.isAlive()) {
      return true;
    }
    long now = System.nanoTime();
    if (now - ended <= LINGER.toNanos()) {
      return false;
    }
    long since = readingSince;
    return (since != NOT_READING && now - Math.max(since, ended) > LINGER.toNanos())
        || (emptied && emptiedSince - ended > 0)
        || copied - before > MOST_IN_PIPE;
  }

  private void copy() {
    byte[] piece = new byte[BUFFER];
    ByteBuffer rest = ByteBuffer.wrap(piece);
    long all = 0;
    try (from) {
      for (int size = read(piece); size >= 0; size = read(piece)) {
        rest.limit(size).position(0);
        write(rest);
        memory.add(piece, size);
        all += size;
        copied = all;
        if (size < BUFFER) {
          emptiedSince = began;
          emptied = true;
        }
      }
    } catch (IOException e) {
      // one end is gone, and with it the other
    }
  }

  private int read(byte[] piece) throws IOException {
    began = System.nanoTime();
    readingSince = began;
    try {
      return from.read(piece);
    } finally {
      readingSince = NOT_READING;
    }
  }

  /** Whoever has the same pipe may have made it one that does not wait: then nothing is written. */
  private void write(ByteBuffer rest) throws IOException {
    while (rest.hasRemaining()) {
      if (to.write(rest) == 0) {
        try {
          Thread.sleep(1);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new IOException("interrupted", e);
        }
      }
    }
  }
}
