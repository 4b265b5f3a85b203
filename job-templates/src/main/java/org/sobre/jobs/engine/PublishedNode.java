package org.sobre.jobs.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sobre.hardware.json.JsonShapeException;
import org.sobre.slurm.node.NodeDocument;
import org.sobre.slurm.node.NodeDocumentCodec;

/** What the node published of itself, if it did. */
final class PublishedNode {

  private static final Logger LOG = LoggerFactory.getLogger(PublishedNode.class);

  private PublishedNode() {}

  /** Absent if it is not there or not to be read: a job runs without it. */
  static Optional<NodeDocument> read(Path file) {
    try {
      return Optional.of(NodeDocumentCodec.read(Files.readString(file)));
    } catch (IOException | JsonShapeException e) {
      LOG.debug("no use of {}: {}", file, e.getMessage());
      return Optional.empty();
    }
  }
}
