package org.sobre.slurm.registration;

import static java.util.Objects.requireNonNull;

import java.util.List;
import org.sobre.hardware.json.JsonShapeException;
import org.sobre.slurm.node.NodeDocument;
import org.sobre.slurm.node.NodeDocumentCodec;
import org.sobre.slurm.node.Shortfall;

/**
 * What this node last said of itself, before what it says now.
 *
 * @param document what it had
 * @param shortfall what it missed then
 */
record LastBoot(NodeDocument document, Shortfall shortfall) {

  LastBoot {
    requireNonNull(document, "document");
    requireNonNull(shortfall, "shortfall");
  }

  /**
   * @throws JsonShapeException if the text is not a node document of this major version
   */
  static LastBoot read(String nodeJson) throws JsonShapeException {
    return new LastBoot(
        NodeDocumentCodec.read(nodeJson), NodeDocumentCodec.readShortfall(nodeJson));
  }

  /** What it says now, when it is asked again in the same boot. */
  static LastBoot of(PublishedDocument standing) {
    return new LastBoot(standing.document(), standing.shortfall());
  }

  /** The same, with nothing missed then. */
  LastBoot forgiven() {
    return new LastBoot(document, shortfall.withMissing(List.of()));
  }
}
