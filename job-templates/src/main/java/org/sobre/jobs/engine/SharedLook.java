package org.sobre.jobs.engine;

import static java.util.Objects.requireNonNull;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sobre.hardware.probe.SysRoot;
import org.sobre.hardware.units.MemorySize;
import org.sobre.jobs.plan.Device;

/**
 * What the tasks of a step that share devices on a node agree on: the free memory that the first of
 * them found. Each would find less, the later it looks, for the others have begun to take their
 * parts. The figures stand in a file of the user's in {@code /dev/shm}, and count as long as one of
 * those that went by them lives; no task begins before it has them, so that whoever writes them
 * finds none of the others. Where there is no such file each goes by its own look.
 */
final class SharedLook {

  private static final Logger LOG = LoggerFactory.getLogger(SharedLook.class);
  private static final String PREFIX = "sobre-step-";

  /** More than the first look takes: nvidia-smi's deadline, and memory that settles. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static final Duration BETWEEN = Duration.ofMillis(5);

  /** So many files of steps that ended are removed at a time: a task does not wait for more. */
  private static final int MOST_REMOVED = 64;

  private static final int MOST_BYTES = 1 << 16;
  private static final Pattern NUMBER = Pattern.compile("\\d{1,10}");

  private final Path file;

  private SharedLook(Path file) {
    this.file = file;
  }

  /**
   * @param environment of this process; empty if it is no step's
   * @param root where {@code dev/shm} is
   */
  static Optional<SharedLook> of(Map<String, String> environment, SysRoot root) {
    String job = environment.getOrDefault("SLURM_JOB_ID", "");
    String step = environment.getOrDefault("SLURM_STEP_ID", "");
    String restart = environment.getOrDefault("SLURM_RESTART_COUNT", "0");
    if (!List.of(job, step, restart).stream().allMatch(n -> NUMBER.matcher(n).matches())) {
      return Optional.empty();
    }
    // a machine may be several nodes of Slurm's
    String node = environment.getOrDefault("SLURMD_NODENAME", "").replaceAll("[^A-Za-z0-9_-]", "_");
    String name = PREFIX + job + "." + step + "." + restart + "." + node;
    return Optional.of(new SharedLook(root.dev().resolve("shm").resolve(name)));
  }

  /**
   * @param first looks, and waits until what is free has settled
   * @param again looks once; the figures of free memory are the first one's then
   * @throws PlanningException as the looks do
   */
  List<Device> devices(SettledMemory.Look first, SettledMemory.Look again)
      throws PlanningException {
    Optional<List<Device>> seen = Optional.empty();
    for (int round = 0; round < 2; round++) {
      try (Held held = hold()) {
        SharedFigures known = held.read();
        if (known.free().isEmpty() || seen.filter(own -> !knows(known, own)).isPresent()) {
          List<Device> looked = first.devices();
          return agreed(looked, held.write(known, looked));
        }
        if (seen.isPresent()) {
          return agreed(seen.get(), held.write(known, List.of()));
        }
      } catch (IOException e) {
        LOG.debug("no figures are shared in {}", file, e);
        return first.devices();
      }
      seen = Optional.of(again.devices());
    }
    return seen.orElseThrow();
  }

  private static boolean knows(SharedFigures known, List<Device> devices) {
    return devices.stream().allMatch(device -> known.of(device.id()).isPresent());
  }

  private static List<Device> agreed(List<Device> devices, SharedFigures known) {
    return devices.stream()
        .map(device -> device.withFree(known.of(device.id()).orElse(device.free())))
        .toList();
  }

  /** The file, while nobody else has it. */
  private record Held(FileChannel channel, FileLock lock) implements Closeable {

    SharedFigures read() throws IOException {
      ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(MOST_BYTES, channel.size()));
      while (bytes.hasRemaining() && channel.read(bytes, bytes.position()) > 0) {
        LOG.trace("{} bytes", bytes.position());
      }
      SharedFigures known =
          SharedFigures.parse(
              new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8));
      return known.isInUse() ? known : SharedFigures.NONE;
    }

    SharedFigures write(SharedFigures known, List<Device> looked) throws IOException {
      Map<String, MemorySize> found = new HashMap<>();
      looked.forEach(device -> found.putIfAbsent(device.id(), device.free()));
      SharedFigures all = known.with(SharedFigures.Task.own(), found);
      ByteBuffer bytes = ByteBuffer.wrap(all.text().getBytes(StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) {
        channel.write(bytes, bytes.position());
      }
      channel.truncate(bytes.position());
      return all;
    }

    @Override
    public void close() throws IOException {
      lock.close();
      channel.close();
    }
  }

  private Held hold() throws IOException {
    FileChannel channel =
        FileChannel.open(
            file,
            Set.of(
                StandardOpenOption.CREATE,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE,
                LinkOption.NOFOLLOW_LINKS),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    try {
      if (!isOwn(file)) {
        throw new IOException("somebody else's");
      }
      if (channel.size() == 0) {
        removeOld();
      }
      return new Held(channel, lock(channel));
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /** Whoever can write there could otherwise make another's batches too large. */
  private static boolean isOwn(Path path) throws IOException {
    return Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS)
        .equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
  }

  private static FileLock lock(FileChannel channel) throws IOException {
    long giveUp = System.nanoTime() + PATIENCE.toNanos();
    do {
      try {
        FileLock lock = channel.tryLock();
        if (lock != null) {
          return lock;
        }
      } catch (OverlappingFileLockException e) {
        LOG.trace("another thread of this process looks", e);
      }
      try {
        Thread.sleep(BETWEEN.toMillis());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted", e);
      }
    } while (System.nanoTime() < giveUp);
    throw new IOException("held for " + PATIENCE.toSeconds() + " s");
  }

  private Path directory() {
    return requireNonNull(file.getParent());
  }

  private void removeOld() {
    try (DirectoryStream<Path> found = Files.newDirectoryStream(directory(), PREFIX + "*")) {
      int looked = 0;
      for (Path old : found) {
        if (!old.equals(file) && isOwn(old) && looked++ < MOST_REMOVED && !isInUse(old)) {
          Files.delete(old);
        }
      }
    } catch (IOException | RuntimeException e) {
      LOG.debug("old files stay", e);
    }
  }

  private static boolean isInUse(Path old) throws IOException {
    if (Files.size(old) == 0) {
      // somebody is about to write it, or looked in vain
      Instant lately = Instant.now().minus(PATIENCE.multipliedBy(2));
      return Files.getLastModifiedTime(old).toInstant().isAfter(lately);
    }
    return Files.size(old) <= MOST_BYTES && SharedFigures.parse(Files.readString(old)).isInUse();
  }
}
