package org.sobre.jobs.calibration;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file of {@link CalibrationLine}s, that several processes may be writing to. Nothing is ever
 * taken out of it.
 */
record LineFile(Path path) {

  /** Of a file its end is read. A line has some 300 bytes. */
  static final int MOST_BYTES = 1 << 20;

  /** Others hold the lock for the time of one small write. */
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private static final Logger LOG = LoggerFactory.getLogger(LineFile.class);

  /**
   * Adds a line in one piece whoever else writes, and makes the directory where there is none.
   *
   * @throws IOException if it is not there now
   */
  void append(CalibrationLine line) throws IOException {
    // before the lock, since the first time takes long
    String encoded = CalibrationCodec.encode(line) + "\n";
    Path directory = path.getParent();
    if (directory != null) {
      Files.createDirectories(directory);
    }
    try (FileChannel channel =
        FileChannel.open(
            path,
            StandardOpenOption.CREATE,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE,
            LinkOption.NOFOLLOW_LINKS)) {
      try (FileLock held = lock(channel)) {
        long end = held.channel().size();
        byte[] text = (begin(channel, end) + encoded).getBytes(StandardCharsets.UTF_8);
        ByteBuffer bytes = ByteBuffer.wrap(text);
        for (long at = end; bytes.hasRemaining(); ) {
          at += channel.write(bytes, at);
        }
      }
    }
  }

  /** A line that was cut short by a full disk is ended first. */
  private static String begin(FileChannel channel, long end) throws IOException {
    ByteBuffer last = ByteBuffer.allocate(1);
    return end > 0 && channel.read(last, end - 1) == 1 && last.get(0) != '\n' ? "\n" : "";
  }

  private FileLock lock(FileChannel channel) throws IOException {
    long giveUp = System.nanoTime() + PATIENCE.toNanos();
    do {
      try {
        FileLock lock = channel.tryLock();
        if (lock != null) {
          return lock;
        }
      } catch (OverlappingFileLockException e) {
        LOG.trace("another thread of this process writes", e);
      }
      try {
        Thread.sleep(2);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        break;
      }
    } while (System.nanoTime() < giveUp);
    throw new FileSystemException(path.toString(), null, "held by another process");
  }

  /**
   * The last lines of a profile, in the order they were written; none of what cannot be read.
   *
   * @param most lines at the most, from 1
   */
  List<CalibrationLine> last(String profile, int most) {
    // most lines are other profiles': they are not worth reading as JSON
    String named = '"' + profile + '"';
    try {
      List<String> texts = end().lines().filter(line -> line.contains(named)).toList();
      return texts.subList(Math.max(0, texts.size() - most), texts.size()).stream()
          .flatMap(line -> CalibrationCodec.decode(line).stream())
          .filter(line -> line.key().profile().equals(profile))
          .toList();
    } catch (IOException | RuntimeException e) {
      LOG.debug("no calibration is read from {}", path, e);
      return List.of();
    }
  }

  private String end() throws IOException {
    try (SeekableByteChannel channel = Files.newByteChannel(path)) {
      long size = channel.size();
      channel.position(Math.max(0, size - MOST_BYTES));
      ByteBuffer end = ByteBuffer.allocate((int) Math.min(MOST_BYTES, size));
      while (end.hasRemaining() && channel.read(end) >= 0) {
        LOG.trace("{} bytes of {}", end.position(), path);
      }
      return new String(end.array(), 0, end.position(), StandardCharsets.UTF_8);
    }
  }

  long changed() {
    return path.toFile().lastModified();
  }

  /** Whose it is; empty where nobody tells. */
  Optional<Integer> owner() {
    try {
      return Files.getAttribute(path, "unix:uid") instanceof Integer uid
          ? Optional.of(uid)
          : Optional.empty();
    } catch (IOException | RuntimeException e) {
      return Optional.empty();
    }
  }
}
