package org.sobre.slurm.registration;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Map;
import org.sobre.slurm.command.NodeRecord;

/**
 * A node that serves without having described itself in this boot: publishing failed or was killed.
 * slurmd gives no GPU then, and a new node would look like one without any. Pure.
 */
record UndescribedNode(NodeRecord record) {

  /** Lifted, as every reason of ours, once the node is described and its record right. */
  static final String REASON =
      OwnReason.PREFIX
          + " this node could not be described; systemctl status sobre-register tells why";

  UndescribedNode {
    requireNonNull(record, "record");
  }

  String name() {
    return record.name();
  }

  /**
   * As scontrol names them; empty if it is held out already. A reason of ours may tell of missing
   * cards, which is to be remembered; Slurm's own are less than we know.
   */
  Map<String, String> updates() {
    boolean heldOut =
        (record.isDrained() || record.isDown())
            && record
                .reason()
                .filter(r -> r.startsWith(OwnReason.PREFIX) || !HeldOut.isCured(r))
                .isPresent();
    return heldOut ? Map.of() : Map.of("State", "DRAIN", "Reason", REASON);
  }

  /** For the journal. */
  List<String> said(boolean mayAct) {
    String nothing = "nothing has been published in this boot: run `sobre node publish`";
    if (updates().isEmpty()) {
      return List.of(
          nothing,
          name() + " is held out already (" + record.reason().orElse("") + ") and stays as it is");
    }
    return mayAct
        ? List.of(nothing, "set on " + name() + ": " + updates())
        : List.of(
            nothing, "slurm.actOnNodes is false, so nothing is done; it would be: " + updates());
  }
}
