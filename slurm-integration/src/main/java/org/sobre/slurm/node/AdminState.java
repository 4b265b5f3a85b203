package org.sobre.slurm.node;

import static java.util.Objects.requireNonNull;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/**
 * What an admin had said of a node in Slurm and what would be lost with the node's record: it is
 * kept in node.json between the deletion and the new registration.
 *
 * @param drainReason why the node was drained; present if and only if it shall be drained again
 * @param comment the node's Comment=
 * @param weight the node's Weight=, absent where it is Slurm's default of 1
 * @param extra the node's Extra=
 * @param features that the admin has added to ours with scontrol; of letters that no shell takes
 *     for anything else
 */
public record AdminState(
    Optional<String> drainReason,
    Optional<String> comment,
    OptionalLong weight,
    Optional<String> extra,
    List<String> features) {

  private static final Pattern PLAIN_FEATURE = Pattern.compile("[A-Za-z0-9_.:-]+");

  /** Nothing to restore. */
  public static final AdminState NONE =
      new AdminState(Optional.empty(), Optional.empty(), OptionalLong.empty());

  public AdminState {
    requireNonNull(drainReason, "drainReason");
    requireNonNull(comment, "comment");
    requireNonNull(weight, "weight");
    requireNonNull(extra, "extra");
    features = List.copyOf(features);
    for (String feature : features) {
      if (!PLAIN_FEATURE.matcher(feature).matches()) {
        throw new IllegalArgumentException(
            "expected a feature of letters, digits and _ . : -, found " + feature);
      }
    }
  }

  /** Without Extra= and features of the admin's own. */
  public AdminState(Optional<String> drainReason, Optional<String> comment, OptionalLong weight) {
    this(drainReason, comment, weight, Optional.empty(), List.of());
  }

  /** Whether a feature can be told to slurmd again without being taken for anything else. */
  public static boolean isPlainFeature(String feature) {
    return PLAIN_FEATURE.matcher(feature).matches();
  }

  public boolean isNone() {
    return equals(NONE);
  }

  /** The {@code adminState} object of node.json. */
  public Map<String, Object> document() {
    Map<String, Object> json = new LinkedHashMap<>();
    drainReason.ifPresent(reason -> json.put("drainReason", reason));
    comment.ifPresent(text -> json.put("comment", text));
    weight.ifPresent(w -> json.put("weight", w));
    extra.ifPresent(text -> json.put("extra", text));
    if (!features.isEmpty()) {
      json.put("features", features);
    }
    return json;
  }
}
