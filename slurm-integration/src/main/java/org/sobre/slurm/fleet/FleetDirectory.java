package org.sobre.slurm.fleet;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.sobre.hardware.json.JsonShapeException;

/**
 * The documents of all nodes in a directory: {@code NODE/node.json}, as the daemons write them
 * beside the ledger, and {@code NODE.json}, as somebody may have collected them.
 */
public final class FleetDirectory {

  private static final String DOCUMENT = "node.json";
  private static final String ENDING = ".json";

  private final Path root;

  public FleetDirectory(Path root) {
    this.root = requireNonNull(root, "root");
  }

  /** What is there of one node. */
  public sealed interface Found {
    String node();
  }

  /**
   * A document that can be used.
   *
   * @param lastSign when the node last wrote anything here: its document, its ledger, or the
   *     checkpoint that its daemon replaces each minute
   */
  public record Present(FleetDocument document, Instant lastSign) implements Found {
    @Override
    public String node() {
      return document.node().node();
    }
  }

  /**
   * A document that cannot be used.
   *
   * @param node whose it should be, by its place
   */
  public record Refused(String node, Path file, String why) implements Found {}

  /** A directory without a document in it. */
  public record Silent(String node) implements Found {}

  /** Something that was not to be read. */
  public record LeftOut(String node) implements Found {}

  /**
   * All that is there.
   *
   * @param nodes in the order of their names, each once
   */
  public record Contents(List<Found> nodes) {
    public Contents {
      nodes = List.copyOf(nodes);
    }

    public List<Present> present() {
      return of(Present.class);
    }

    public List<Refused> refused() {
      return of(Refused.class);
    }

    public List<String> silent() {
      return of(Silent.class).stream().map(Silent::node).toList();
    }

    /** The names of all, whatever was found. */
    public Set<String> names() {
      return nodes.stream().map(Found::node).collect(Collectors.toSet());
    }

    private <T> List<T> of(Class<T> kind) {
      return nodes.stream().filter(kind::isInstance).map(kind::cast).toList();
    }
  }

  /**
   * Reads every document but those of some nodes. What cannot be used is in the answer; a node with
   * two documents is refused, for nobody says which holds. Links are not followed: whoever may
   * write here would have this process, which may be root's, read any file.
   *
   * @param without nodes that nothing is read of
   * @throws IOException if the directory itself cannot be read
   */
  public Contents read(Set<String> without) throws IOException {
    if (!Files.isDirectory(root)) {
      throw new NotDirectoryException(root.toString());
    }
    Map<String, List<Path>> documents = new TreeMap<>(HostRange.ORDER);
    for (Path entry : entries(root)) {
      Path file = Files.isDirectory(entry, NOFOLLOW_LINKS) ? entry.resolve(DOCUMENT) : entry;
      node(entry)
          .map(node -> documents.computeIfAbsent(node, n -> new ArrayList<>()))
          .ifPresent(files -> files.add(file));
    }
    List<Found> nodes = new ArrayList<>();
    documents.forEach(
        (node, files) ->
            nodes.add(without.contains(node) ? new LeftOut(node) : found(node, files)));
    return new Contents(nodes);
  }

  private Found found(String node, List<Path> files) {
    List<Path> there =
        files.stream().filter(file -> !Files.notExists(file, NOFOLLOW_LINKS)).toList();
    if (there.isEmpty()) {
      return new Silent(node);
    }
    return there.size() > 1
        ? new Refused(node, there.get(1), "there is also " + there.get(0))
        : read(node, there.get(0));
  }

  private static List<Path> entries(Path directory) throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.sorted().toList();
    } catch (UncheckedIOException e) {
      // so a list that breaks off ends: that of a damaged directory
      throw requireNonNull(e.getCause());
    }
  }

  /** Whose place it is; empty for what is no place of a node. */
  private static Optional<String> node(Path entry) {
    String name = String.valueOf(entry.getFileName());
    boolean directory = Files.isDirectory(entry);
    if (!directory && !name.endsWith(ENDING)) {
      return Optional.empty();
    }
    String node = directory ? name : name.substring(0, name.length() - ENDING.length());
    return FleetDocument.NODE_NAME.matcher(node).matches() ? Optional.of(node) : Optional.empty();
  }

  private Found read(String node, Path file) {
    try {
      FleetDocument document = FleetDocument.read(node, text(file));
      return new Present(document, lastSign(document, file));
    } catch (JsonShapeException e) {
      return new Refused(node, file, String.valueOf(e.getMessage()));
    } catch (IOException e) {
      return new Refused(node, file, why(e));
    }
  }

  /** Java's message of such a failure is often the path and nothing else. */
  private static String why(IOException e) {
    if (e instanceof AccessDeniedException) {
      return "this user may not read it";
    }
    if (e instanceof FileSystemException failure) {
      return Objects.requireNonNullElse(failure.getReason(), e.getClass().getSimpleName());
    }
    return String.valueOf(e.getMessage());
  }

  /** A pipe or a device in the place of a document would be waited for. */
  private static String text(Path file) throws IOException {
    if (!Files.readAttributes(file, BasicFileAttributes.class, NOFOLLOW_LINKS).isRegularFile()) {
      throw new IOException("expected a file, found a directory, a link or a device");
    }
    try (InputStream in = Files.newInputStream(file, NOFOLLOW_LINKS)) {
      byte[] bytes = in.readNBytes(FleetDocument.LONGEST + 1);
      if (bytes.length > FleetDocument.LONGEST) {
        throw new IOException("expected at most " + FleetDocument.LONGEST + " bytes, found more");
      }
      return new String(bytes, UTF_8);
    }
  }

  private Instant lastSign(FleetDocument document, Path file) throws IOException {
    Instant newest = document.at();
    Path directory = requireNonNull(file.getParent());
    if (!directory.equals(root)) {
      for (Path path : entries(directory)) {
        Instant written = writtenAt(path).orElse(newest);
        newest = written.isAfter(newest) ? written : newest;
      }
    }
    return newest;
  }

  /** Empty for a file that its daemon has renamed since the directory was listed. */
  private static Optional<Instant> writtenAt(Path path) throws IOException {
    try {
      return Optional.of(Files.getLastModifiedTime(path, NOFOLLOW_LINKS).toInstant());
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }
}
