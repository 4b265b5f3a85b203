package org.sobre.slurm.node;

import static java.util.Objects.requireNonNull;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a node should give to Slurm and does not, as its node.json says.
 *
 * @param missing GPUs that should be there
 * @param refused why slurmd would not read the description of this node's GPUs, so that it gives
 *     none; absent if it reads it as it is meant
 * @param comparedWith the boot whose document this boot was compared with; absent where none could
 *     be read
 */
public record Shortfall(
    List<MissingGpu> missing, Optional<String> refused, Optional<String> comparedWith) {

  /** Nothing is missing, and nobody knows of a boot before. */
  public static final Shortfall NONE = new Shortfall(List.of(), Optional.empty(), Optional.empty());

  public Shortfall {
    missing = List.copyOf(missing);
    requireNonNull(refused, "refused");
    requireNonNull(comparedWith, "comparedWith");
  }

  public Shortfall withMissing(List<MissingGpu> other) {
    return new Shortfall(other, refused, comparedWith);
  }

  public Shortfall withRefused(Optional<String> other) {
    return new Shortfall(missing, other, comparedWith);
  }

  /** The keys of node.json that are its own. */
  public Map<String, Object> document() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("missing", missing.stream().map(MissingGpu::document).toList());
    refused.ifPresent(why -> json.put("refused", why));
    comparedWith.ifPresent(boot -> json.put("comparedWith", boot));
    return json;
  }
}
