package org.sobre.slurm.node;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * What an admin had said of a node in Slurm and what would be lost with the node's record: it is
 * kept in node.json between the deletion and the new registration.
 *
 * @param drainReason why the node was drained, without the author Slurm appends
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
}
