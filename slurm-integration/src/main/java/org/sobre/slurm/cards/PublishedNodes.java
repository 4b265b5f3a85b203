package org.sobre.slurm.cards;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sobre.hardware.json.JsonShapeException;
import org.sobre.slurm.node.NodeDocument;
import org.sobre.slurm.node.NodeDocumentCodec;

/**
 * The documents of nodes beside the ledger, {@code NODE/node.json}, one at a time. A user may read
 * none of them, and on a login node there may be none.
 */
public final class PublishedNodes {

  private static final Logger LOG = LoggerFactory.getLogger(PublishedNodes.class);
  private static final Pattern NODE_NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");
  private static final String DOCUMENT = "node.json";
  private static final int LONGEST = 16 << 20;

  private final Path root;

  /**
   * @param root the ledger's directory
   */
  public PublishedNodes(Path root) {
    this.root = requireNonNull(root, "root");
  }

  /** Empty for what is not there, not to be read, or another node's. */
  public Optional<NodeDocument> find(String node) {
    if (!NODE_NAME.matcher(node).matches()) {
      return Optional.empty();
    }
    Path file = root.resolve(node).resolve(DOCUMENT);
    try {
      return Optional.of(NodeDocumentCodec.read(text(file)))
          .filter(document -> document.node().equals(node));
    } catch (IOException | JsonShapeException e) {
      LOG.debug("no use of {}: {}", file, e.getMessage());
      return Optional.empty();
    }
  }

  /** A pipe in the place of a document would be waited for. */
  private static String text(Path file) throws IOException {
    if (!Files.readAttributes(file, BasicFileAttributes.class, NOFOLLOW_LINKS).isRegularFile()) {
      throw new IOException("expected a file");
    }
    try (InputStream in = Files.newInputStream(file, NOFOLLOW_LINKS)) {
      byte[] bytes = in.readNBytes(LONGEST + 1);
      if (bytes.length > LONGEST) {
        throw new IOException("expected at most " + LONGEST + " bytes, found more");
      }
      return new String(bytes, UTF_8);
    }
  }
}
