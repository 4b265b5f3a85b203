package org.sobre.daemon;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sobre.energy.ledger.AtomicFile;
import org.sobre.hardware.json.JsonObject;
import org.sobre.hardware.json.JsonShapeException;
import org.sobre.slurm.node.NodeDocumentCodec;

/**
 * Copies what the node publishes of itself to its directory on the share: {@code node.json}, and
 * beside it {@code node.previous.json}, the document of the boot before. The machine's own copy is
 * in memory and gone with the power; from the share the next boot learns what is missing, and
 * {@code sobre gres --fleet} what all nodes have. It is this daemon's to write, for a node's root
 * is often nobody on a share.
 *
 * <p>On a thread of its own, for a share may hang: one document is looked at and written at a time,
 * so a share that is away costs neither memory nor a second of the meters. What somebody removes or
 * spoils there is written again some minutes later.
 */
final class SharedDocument {

  static final String NAME = "node.json";
  static final String PREVIOUS = "node.previous.json";

  private static final Logger LOG = LoggerFactory.getLogger(SharedDocument.class);
  private static final Duration LOOK_EVERY = Duration.ofSeconds(5);

  /** How often the node's own copy is looked at until the one on the share is too: 10 min. */
  static final int LOOKS_PER_LOOK_AT_THE_SHARE = 120;

  /** In bytes. A node with sixteen cards has some 20 kB; the daemon's memory is small. */
  private static final int LONGEST = 1 << 20;

  /** As in /run, everybody may read it. */
  private static final Set<PosixFilePermission> FOR_EVERYBODY =
      PosixFilePermissions.fromString("rw-r--r--");

  private final Path published;
  private final Path directory;
  private final String node;
  private final StateChange state = new StateChange(LOG, "node document on the share");
  private Optional<String> shared = Optional.empty();
  private int looks;

  /**
   * @param published the document in /run, replaced by rename
   * @param directory the node's own on the share
   * @param node whose document it must be
   */
  SharedDocument(Path published, Path directory, String node) {
    this.published = published;
    this.directory = directory;
    this.node = node;
  }

  /** Looks every few seconds, until the process ends. */
  void start() {
    Thread thread = new Thread(this::work, "share-document");
    thread.setDaemon(true);
    thread.start();
  }

  private void work() {
    while (!Thread.currentThread().isInterrupted()) {
      copyIfPossible();
      LockSupport.parkNanos(LOOK_EVERY.toNanos());
    }
  }

  private void copyIfPossible() {
    try {
      copyIfChanged();
      state.fine();
    } catch (NoSuchFileException e) {
      state.trouble("is not there yet: " + e.getFile());
    } catch (IOException | RuntimeException e) {
      state.trouble("cannot be written, tried again each " + LOOK_EVERY.toSeconds() + " s: " + e);
    } catch (JsonShapeException e) {
      state.trouble("expected a document of " + node + " in " + published + ": " + e.getMessage());
    }
  }

  /**
   * Writes to the share what it has not yet; a document that it has is left alone, for a daemon
   * that starts again must not wear the share.
   *
   * @return whether it wrote
   * @throws NoSuchFileException if nothing has been published
   * @throws JsonShapeException if what is published is no document of this node
   */
  boolean copyIfChanged() throws IOException, JsonShapeException {
    String text = read(published);
    boolean known = shared.filter(text::equals).isPresent();
    if (known && ++looks < LOOKS_PER_LOOK_AT_THE_SHARE) {
      return false;
    }
    String whose = NodeDocumentCodec.read(text).node();
    if (!whose.equals(node)) {
      throw new JsonShapeException("node: expected " + node + ", found " + whose);
    }
    Files.createDirectories(directory);
    Path target = directory.resolve(NAME);
    Optional<String> there = onShare(target);
    boolean differs = !there.equals(Optional.of(text));
    if (differs) {
      keepOtherBoot(there.or(() -> shared), text);
      AtomicFile.replace(target, text, FOR_EVERYBODY);
    }
    shared = Optional.of(text);
    looks = 0;
    return differs;
  }

  /**
   * Empty also of what is no document of ours any more: too long for one, or closed to us. Any
   * other failure to look at it or to read it is the share's, and says nothing of the document: it
   * is looked at again, for a document taken for absent would be lost to {@link #PREVIOUS}.
   */
  private static Optional<String> onShare(Path target) throws IOException {
    try {
      BasicFileAttributes there = Files.readAttributes(target, BasicFileAttributes.class);
      return there.isRegularFile() && there.size() <= LONGEST
          ? Optional.of(read(target))
          : Optional.empty();
    } catch (NoSuchFileException | AccessDeniedException e) {
      return Optional.empty();
    }
  }

  /** Before its replacement: whenever the power goes, one of the two files has it. */
  private void keepOtherBoot(Optional<String> there, String text) throws IOException {
    Optional<String> before = there.flatMap(SharedDocument::boot);
    if (before.isPresent() && !before.equals(boot(text))) {
      AtomicFile.replace(directory.resolve(PREVIOUS), there.orElseThrow(), FOR_EVERYBODY);
    }
  }

  /** Of a document of any version; empty of what is none. */
  private static Optional<String> boot(String text) {
    try {
      return JsonObject.parse(text).string("boot");
    } catch (JsonShapeException e) {
      return Optional.empty();
    }
  }

  /** Bytes that are no text make a document that is refused, not a file that cannot be read. */
  private static String read(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(LONGEST + 1);
      if (bytes.length > LONGEST) {
        throw new IOException(file + ": expected at most " + LONGEST + " bytes, found more");
      }
      return new String(bytes, UTF_8);
    }
  }
}
