package org.sobre.jobs.calibration;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Files of {@link CalibrationLine}s: a directory of the user's own, with a file for each host it
 * was written on, since no network file system appends in one piece; and the site's, which is read
 * only. Nothing that goes wrong here stops or delays a command: what cannot be read is not known,
 * what cannot be written is forgotten.
 */
public final class CalibrationStore {

  /** Of a file its end is read. A line has some 300 bytes. */
  static final int MOST_BYTES = 1 << 20;

  /** The newest: what is read delays a command's start. */
  private static final int MOST_FILES = 16;

  /** Others hold the lock for the time of one small write. */
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private static final String SUFFIX = ".jsonl";
  private static final Logger LOG = LoggerFactory.getLogger(CalibrationStore.class);

  private final Path own;
  private final List<Path> shared;
  private final String host;
  private final Set<Integer> trusted;

  /**
   * @param own directory of the user's; made when first written to
   * @param host by which the file in it is called
   * @param shared directories of the site's
   * @param trusted uids whose files count there: another user's ceilings would make everybody's
   *     batches small
   */
  public CalibrationStore(Path own, String host, List<Path> shared, Set<Integer> trusted) {
    this.own = own;
    this.host = host.replaceAll("[^A-Za-z0-9._-]", "_");
    this.shared = List.copyOf(shared);
    this.trusted = Set.copyOf(trusted);
  }

  /** Where this host's experiences are written. */
  public Path file() {
    return own.resolve((host.isEmpty() ? "localhost" : host) + SUFFIX);
  }

  /** What is known of a profile, and not forgotten since, oldest first. */
  public List<CalibrationLine> read(String profile) {
    List<CalibrationLine> lines = all(profile);
    return lines.stream()
        .filter(line -> line.kind() != CalibrationLine.Kind.FORGOTTEN)
        .filter(line -> lines.stream().noneMatch(line::isForgottenBy))
        .toList();
  }

  /**
   * Makes a profile's past count no more, the site's for this user too. Nothing is taken out of a
   * file, to which others may be writing: a line says so.
   *
   * @param now lines until then are forgotten
   * @return what was forgotten, oldest first
   * @throws IOException if it cannot be written down
   */
  public List<CalibrationLine> forget(String profile, Instant now) throws IOException {
    List<CalibrationLine> known = read(profile);
    List<CalibrationKey> keys = known.stream().map(CalibrationLine::key).distinct().toList();
    for (CalibrationKey key : keys) {
      Files.createDirectories(own);
      if (!write(file(), CalibrationCodec.encode(CalibrationLine.forgotten(key, now)) + "\n")) {
        throw new FileSystemException(file().toString(), null, "held by another process");
      }
    }
    return known;
  }

  private List<CalibrationLine> all(String profile) {
    List<CalibrationLine> lines = new ArrayList<>();
    files(own).forEach(file -> lines.addAll(lines(file, profile)));
    for (Path directory : shared) {
      files(directory).stream()
          .filter(this::isTrusted)
          .forEach(file -> lines.addAll(lines(file, profile)));
    }
    lines.sort(Comparator.comparing(CalibrationLine::at));
    return List.copyOf(lines);
  }

  /**
   * Adds a line to this host's file, in one piece whoever else writes to it.
   *
   * @return whether it is there now
   */
  public boolean append(CalibrationLine line) {
    try {
      Files.createDirectories(own);
      return write(file(), CalibrationCodec.encode(line) + "\n");
    } catch (IOException | RuntimeException e) {
      LOG.debug("no calibration is written to {}", file(), e);
      return false;
    }
  }

  private static boolean write(Path file, String text) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE,
            LinkOption.NOFOLLOW_LINKS)) {
      Optional<FileLock> lock = lock(channel);
      if (lock.isEmpty()) {
        return false;
      }
      try (FileLock held = lock.get()) {
        long end = held.channel().size();
        ByteBuffer bytes =
            ByteBuffer.wrap((begin(channel, end) + text).getBytes(StandardCharsets.UTF_8));
        for (long at = end; bytes.hasRemaining(); ) {
          at += channel.write(bytes, at);
        }
      }
      return true;
    }
  }

  /** A line that was cut short by a full disk is ended first. */
  private static String begin(FileChannel channel, long end) throws IOException {
    ByteBuffer last = ByteBuffer.allocate(1);
    return end > 0 && channel.read(last, end - 1) == 1 && last.get(0) != '\n' ? "\n" : "";
  }

  private static Optional<FileLock> lock(FileChannel channel) throws IOException {
    long giveUp = System.nanoTime() + PATIENCE.toNanos();
    do {
      try {
        FileLock lock = channel.tryLock();
        if (lock != null) {
          return Optional.of(lock);
        }
      } catch (OverlappingFileLockException e) {
        LOG.trace("another thread of this process writes", e);
      }
      try {
        Thread.sleep(2);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return Optional.empty();
      }
    } while (System.nanoTime() < giveUp);
    return Optional.empty();
  }

  private static List<Path> files(Path directory) {
    List<Path> files = new ArrayList<>();
    try (DirectoryStream<Path> found = Files.newDirectoryStream(directory, "*" + SUFFIX)) {
      found.forEach(files::add);
    } catch (IOException | RuntimeException e) {
      LOG.debug("no calibration is read from {}", directory, e);
    }
    files.removeIf(file -> !Files.isRegularFile(file));
    files.sort(Comparator.comparing(CalibrationStore::changed).reversed());
    return files.subList(0, Math.min(MOST_FILES, files.size()));
  }

  private static long changed(Path file) {
    return file.toFile().lastModified();
  }

  private boolean isTrusted(Path file) {
    try {
      return Files.getAttribute(file, "unix:uid") instanceof Integer uid && trusted.contains(uid);
    } catch (IOException | RuntimeException e) {
      return false;
    }
  }

  private static List<CalibrationLine> lines(Path file, String profile) {
    // most lines are other profiles': they are not worth reading as JSON
    String named = '"' + profile + '"';
    try (SeekableByteChannel channel = Files.newByteChannel(file)) {
      long size = channel.size();
      channel.position(Math.max(0, size - MOST_BYTES));
      ByteBuffer end = ByteBuffer.allocate((int) Math.min(MOST_BYTES, size));
      while (end.hasRemaining() && channel.read(end) >= 0) {
        LOG.trace("{} bytes of {}", end.position(), file);
      }
      return new String(end.array(), 0, end.position(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> line.contains(named))
          .flatMap(line -> CalibrationCodec.decode(line).stream())
          .filter(line -> line.key().profile().equals(profile))
          .toList();
    } catch (IOException | RuntimeException e) {
      LOG.debug("no calibration is read from {}", file, e);
      return List.of();
    }
  }
}
