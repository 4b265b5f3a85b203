package org.sobre.jobs.launch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Of streams that never end. */
class StreamPumpTest {

  @TempDir private Path directory;

  /** Of a process that was left behind: it writes on, now and then or as fast as it can. */
  @ParameterizedTest
  @CsvSource({"5, 300", "65536, 1"})
  @Timeout(60)
  void whoWritesOnIsNotWaitedFor(int bytes, long everyMillis) throws Exception {
    InputStream endless = new Endless(bytes, everyMillis);
    try (FileChannel to = channel()) {
      StreamPump pump = new StreamPump(endless, to, new OutputMemory(System.nanoTime()));
      pump.start();
      long ended = System.nanoTime();
      pump.finish();
      assertThat(Duration.ofNanos(System.nanoTime() - ended))
          .isBetween(Duration.ofSeconds(1), Duration.ofSeconds(10));
    }
    assertThat(Files.size(directory.resolve("out"))).isPositive();
  }

  /** What the command wrote comes first, however slowly it is taken. */
  @Test
  @Timeout(60)
  void whatWasInThePipeIsCopied() throws Exception {
    InputStream full = new Full(20);
    try (FileChannel to = channel()) {
      StreamPump pump = new StreamPump(full, to, new OutputMemory(System.nanoTime()));
      pump.start();
      pump.finish();
    }
    assertThat(Files.size(directory.resolve("out"))).isGreaterThanOrEqualTo(15L * 65_536);
  }

  private FileChannel channel() throws Exception {
    return FileChannel.open(
        directory.resolve("out"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
  }

  /** Gives so much at a time, each time after a while. */
  private static class Endless extends InputStream {

    private final int bytes;
    private final long everyMillis;

    Endless(int bytes, long everyMillis) {
      this.bytes = bytes;
      this.everyMillis = everyMillis;
    }

    @Override
    public int read() {
      throw new UnsupportedOperationException("read by pieces only");
    }

    @Override
    public int read(byte[] piece, int from, int size) {
      try {
        Thread.sleep(everyMillis);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return -1;
      }
      int given = Math.min(size, bytes);
      Arrays.fill(piece, from, from + given, (byte) 'x');
      return given;
    }
  }

  /** A pipe of a mebibyte that is full, taken in 0.1 s each 64 KiB; then others' few words. */
  private static final class Full extends Endless {

    private final int pieces;
    private int taken;

    Full(int pieces) {
      super(65_536, 100);
      this.pieces = pieces;
    }

    @Override
    public int read(byte[] piece, int from, int size) {
      int given = super.read(piece, from, size);
      return taken++ < pieces ? given : Math.min(given, 3);
    }
  }
}
