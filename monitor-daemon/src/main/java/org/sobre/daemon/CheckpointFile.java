package org.sobre.daemon;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sobre.energy.accrual.Checkpoint;
import org.sobre.energy.accrual.CheckpointCodec;
import org.sobre.energy.accrual.NodeIdentity;
import org.sobre.energy.ledger.AtomicFile;
import org.sobre.energy.ledger.LedgerFormatException;

/** A checkpoint in a file: the one in memory of this machine, or the one on the share. */
final class CheckpointFile {

  private static final Logger LOG = LoggerFactory.getLogger(CheckpointFile.class);

  /** It has every job's microjoules, each second anew, of which a job is told its own only. */
  private static final Set<PosixFilePermission> FOR_NOBODY_ELSE =
      PosixFilePermissions.fromString("rw-r-----");

  private final Path file;

  CheckpointFile(Path file) {
    this.file = file;
  }

  /** Of two states of one boot the one that knows more. */
  static Optional<Checkpoint> newest(Optional<Checkpoint> one, Optional<Checkpoint> other) {
    return Stream.of(one, other)
        .flatMap(Optional::stream)
        .max(Comparator.comparingLong(Checkpoint::nanos));
  }

  Path file() {
    return file;
  }

  void write(Checkpoint checkpoint) throws IOException {
    AtomicFile.replace(file, text -> CheckpointCodec.write(checkpoint, text), FOR_NOBODY_ELSE);
  }

  /**
   * As {@link #write}. A state that cannot be replaced is removed, or it would grow old while the
   * ledger goes on: a daemon started again would take new lines for written, by their ordinals.
   *
   * @throws IOException if the state could not be written
   */
  void writeOrRemove(Checkpoint checkpoint) throws IOException {
    try {
      write(checkpoint);
    } catch (IOException e) {
      Files.deleteIfExists(file);
      throw e;
    }
  }

  /**
   * What the file has; empty if there is none, or if it cannot be used, which is said.
   *
   * @throws IOException if the file is there and cannot be read
   */
  Optional<Checkpoint> read() throws IOException {
    try (BufferedReader text = text()) {
      return Optional.of(CheckpointCodec.read(text));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (LedgerFormatException e) {
      LOG.error("{} is not used: {}", file, e.getMessage());
      return Optional.empty();
    }
  }

  /**
   * Bytes that are no text make a checkpoint that cannot be used, not a file that cannot be read.
   */
  private BufferedReader text() throws IOException {
    return new BufferedReader(
        new InputStreamReader(Files.newInputStream(file), StandardCharsets.UTF_8));
  }

  /** As {@link #read}, if it is of this boot of this node. */
  Optional<Checkpoint> readOf(NodeIdentity identity) throws IOException {
    return read().filter(checkpoint -> checkpoint.identity().equals(identity));
  }

  /** As {@link #readOf}, on a share that may hang: empty, which is said, if it does. */
  Optional<Checkpoint> readOf(NodeIdentity identity, Duration deadline) {
    FutureTask<Optional<Checkpoint>> reading = new FutureTask<>(() -> readOf(identity));
    Thread thread = new Thread(reading, "share-checkpoint");
    thread.setDaemon(true);
    thread.start();
    try {
      return reading.get(deadline.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      LOG.warn(
          "{} did not answer in {} s: measuring begins without it", file, deadline.toSeconds());
    } catch (ExecutionException e) {
      LOG.warn("{} cannot be read: {}", file, String.valueOf(e.getCause()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return Optional.empty();
  }
}
