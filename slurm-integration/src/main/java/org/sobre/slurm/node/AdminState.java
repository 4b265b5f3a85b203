package org.sobre.slurm.node;

import static java.util.Objects.requireNonNull;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What an admin had said of a node in Slurm and what would be lost with the node's record: it is
 * kept in node.json between the deletion and the new registration.
 *
 * @param drainReason why the node was drained; present if and only if it shall be drained again
 * @param comment the node's Comment=
 * @param weight the node's Weight=, absent where it is Slurm's default of 1
 */
public record AdminState(
    Optional<String> drainReason, Optional<String> comment, OptionalLong weight) {

  /** Nothing to restore. */
  public static final AdminState NONE =
      new AdminState(Optional.empty(), Optional.empty(), OptionalLong.empty());

  public AdminState {
    requireNonNull(drainReason, "drainReason");
    requireNonNull(comment, "comment");
    requireNonNull(weight, "weight");
  }

  public boolean isNone() {
    return equals(NONE);
  }

  /**
   * What {@code slurmd --conf} can carry of it: the state and the weight. The reason and the
   * comment are not kept at registration (seen with 22.05.8) and are set again after it.
   */
  public String slurmdConf() {
    StringBuilder words = new StringBuilder();
    if (drainReason.isPresent()) {
      words.append(" State=DRAIN");
    }
    weight.ifPresent(w -> words.append(" Weight=").append(w));
    return words.toString();
  }

  /** The {@code adminState} object of node.json. */
  public Map<String, Object> document() {
    Map<String, Object> json = new LinkedHashMap<>();
    drainReason.ifPresent(reason -> json.put("drainReason", reason));
    comment.ifPresent(text -> json.put("comment", text));
    weight.ifPresent(w -> json.put("weight", w));
    return json;
  }
}
