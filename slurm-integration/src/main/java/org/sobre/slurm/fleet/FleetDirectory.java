package org.sobre.slurm.fleet;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

  /**
   * A node's document.
   *
   * @param lastSign when the node last wrote anything here: its document, its ledger, or the
   *     checkpoint that its daemon replaces each minute
   */
  public record Present(FleetDocument document, Instant lastSign) {}

  /**
   * A document that is not used.
   *
   * @param node whose it should be, by its place
   */
  public record Refused(String node, Path file, String why) {}

  /**
   * All that is there.
   *
   * @param present in the order of the nodes' names
   * @param refused in the order of the nodes' names
   * @param silent nodes that have a directory and no document in it, in the order of names
   */
  public record Contents(List<Present> present, List<Refused> refused, List<String> silent) {
    public Contents {
      present = List.copyOf(present);
      refused = List.copyOf(refused);
      silent = List.copyOf(silent);
    }
  }

  /**
   * Reads every document. What cannot be used is in the answer; a node with two documents is
   * refused, for nobody says which holds.
   *
   * @throws IOException if the directory itself cannot be read
   */
  public Contents read() throws IOException {
    if (!Files.isDirectory(root)) {
      throw new NotDirectoryException(root.toString());
    }
    Map<String, Path> documents = new HashMap<>();
    List<Refused> refused = new ArrayList<>();
    List<String> silent = new ArrayList<>();
    for (Path entry : entries()) {
      Optional<String> node = node(entry);
      Path file = Files.isDirectory(entry) ? entry.resolve(DOCUMENT) : entry;
      if (node.isPresent() && Files.notExists(file)) {
        silent.add(node.get());
      } else if (node.isPresent()) {
        Path before = documents.putIfAbsent(node.get(), file);
        if (before != null) {
          refused.add(new Refused(node.get(), file, "there is also " + before));
        }
      }
    }
    refused.forEach(twice -> documents.remove(twice.node()));
    List<Present> present = new ArrayList<>();
    documents.forEach((node, file) -> read(node, file, present, refused));
    present.sort(Comparator.comparing(one -> one.document().node().node(), HostRange.ORDER));
    refused.sort(Comparator.comparing(Refused::node, HostRange.ORDER));
    silent.sort(HostRange.ORDER);
    return new Contents(present, refused, silent);
  }

  private List<Path> entries() throws IOException {
    try (Stream<Path> entries = Files.list(root)) {
      return entries.sorted().toList();
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

  private static void read(String node, Path file, List<Present> present, List<Refused> refused) {
    try {
      FleetDocument document = FleetDocument.read(node, text(file));
      present.add(new Present(document, lastSign(document, file)));
    } catch (JsonShapeException | IOException e) {
      refused.add(new Refused(node, file, String.valueOf(e.getMessage())));
    }
  }

  /** A pipe or a device in the place of a document would be waited for. */
  private static String text(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new IOException("expected a file");
    }
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(FleetDocument.LONGEST + 1);
      if (bytes.length > FleetDocument.LONGEST) {
        throw new IOException("expected at most " + FleetDocument.LONGEST + " bytes, found more");
      }
      return new String(bytes, UTF_8);
    }
  }

  private static Instant lastSign(FleetDocument document, Path file) throws IOException {
    Instant newest = document.at();
    if (file.endsWith(DOCUMENT)) {
      for (Path path : beside(file)) {
        Instant written = writtenAt(path).orElse(newest);
        newest = written.isAfter(newest) ? written : newest;
      }
    }
    return newest;
  }

  private static List<Path> beside(Path file) throws IOException {
    try (Stream<Path> entries = Files.list(requireNonNull(file.getParent()))) {
      return entries.toList();
    }
  }

  /** Empty for a file that its daemon has renamed since the directory was listed. */
  private static Optional<Instant> writtenAt(Path path) throws IOException {
    try {
      return Optional.of(Files.getLastModifiedTime(path).toInstant());
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }
}
