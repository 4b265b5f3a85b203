package org.sobre.slurm.registration;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sobre.hardware.node.NodeDescription;
import org.sobre.hardware.node.NodeJson;
import org.sobre.hardware.units.MemorySize;
import org.sobre.slurm.gres.GresRenderer;
import org.sobre.slurm.gres.SlurmNode;
import org.sobre.slurm.node.AdminState;
import org.sobre.slurm.node.GresEntry;
import org.sobre.slurm.node.NodeDocument;
import org.sobre.slurm.node.NodeDocumentCodec;
import org.sobre.slurm.node.Shortfall;

/**
 * The part of node.json that Slurm is told.
 *
 * @param digest of it
 */
record ToldToSlurm(String digest, List<GresEntry> gres, List<String> features) {

  ToldToSlurm {
    gres = List.copyOf(gres);
    features = List.copyOf(features);
  }

  static ToldToSlurm of(SlurmNode node) {
    return new ToldToSlurm(GresRenderer.digest(node), node.gres().entries(), node.features());
  }

  /** What it was told in this boot already. */
  static ToldToSlurm of(NodeDocument standing) {
    return new ToldToSlurm(standing.digest(), standing.gres(), standing.features());
  }

  /** How many GPUs or partitions of each type. */
  Map<String, Integer> countByType() {
    Map<String, Integer> counts = new LinkedHashMap<>();
    gres.forEach(entry -> counts.merge(entry.type(), 1, Integer::sum));
    return counts;
  }

  /** node.json, whole. */
  String render(
      NodeDescription description,
      MemorySize offerFrom,
      Optional<String> slurmVersion,
      boolean registersItself,
      AdminState admin,
      Shortfall shortfall) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("v", NodeDocumentCodec.VERSION);
    document.put("node", description.node());
    document.put("boot", description.boot());
    document.put("at", description.at().toString());
    document.put("registersItself", registersItself);
    document.put("digest", digest);
    slurmVersion.ifPresent(version -> document.put("slurmVersion", version));
    document.put("delivery", "dynamic");
    document.put("gres", GresRenderer.gresDocument(gres));
    document.put("features", features);
    document.putAll(NodeJson.hardware(description, offerFrom));
    document.putAll(shortfall.document());
    document.put("adminState", admin.document());
    return NodeJson.render(document);
  }
}
