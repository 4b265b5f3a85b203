package org.sobre.slurm.registration;

import java.io.IOException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import org.sobre.hardware.json.JsonObject;
import org.sobre.hardware.json.JsonShapeException;
import org.sobre.slurm.gres.GresRenderer;
import org.sobre.slurm.gres.NodeGres;
import org.sobre.slurm.gres.SlurmNode;
import org.sobre.slurm.node.AdminState;
import org.sobre.slurm.node.NodeDocument;
import org.sobre.slurm.node.NodeDocumentCodec;
import org.sobre.slurm.node.Shortfall;

/**
 * node.json as it was published, whole.
 *
 * @param text the file
 * @param at when the node was looked at
 */
record PublishedDocument(
    String text, NodeDocument document, AdminState admin, Shortfall shortfall, Instant at) {

  /**
   * @throws java.nio.file.NoSuchFileException if nothing has been published
   */
  static PublishedDocument read(PublishedFiles files) throws IOException, JsonShapeException {
    String text = files.requiredNodeJson();
    return new PublishedDocument(
        text,
        NodeDocumentCodec.read(text),
        NodeDocumentCodec.readAdminState(text),
        NodeDocumentCodec.readShortfall(text),
        at(JsonObject.parse(text).requiredString("at")));
  }

  private static Instant at(String text) throws JsonShapeException {
    try {
      return Instant.parse(text);
    } catch (DateTimeParseException e) {
      throw new JsonShapeException("node.json: at: expected an instant, found " + text);
    }
  }

  PublishedDocument with(Shortfall other) {
    return new PublishedDocument(text, document, admin, other, at);
  }

  /** What slurmd is told with {@code --conf}, before what an admin had said. */
  String slurmdConf() {
    return GresRenderer.slurmdConf(
        new SlurmNode(
            document.node(),
            document.cpu(),
            document.memory(),
            new NodeGres(document.gres(), Optional.empty()),
            document.features()));
  }
}
