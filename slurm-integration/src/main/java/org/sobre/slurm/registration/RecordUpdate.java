package org.sobre.slurm.registration;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.sobre.hardware.json.JsonShapeException;
import org.sobre.slurm.command.NodeRecord;
import org.sobre.slurm.command.Scontrol;
import org.sobre.slurm.command.ScontrolException;
import org.sobre.slurm.node.AdminState;

/** Carries a {@link Settlement} out. */
final class RecordUpdate {

  private final PublishedFiles files;
  private final RegistrationPolicy policy;
  private final Scontrol scontrol;

  RecordUpdate(PublishedFiles files, RegistrationPolicy policy, Scontrol scontrol) {
    this.files = files;
    this.policy = policy;
    this.scontrol = scontrol;
  }

  /**
   * Slurm's record first, then our files: what an admin had said is in Slurm again, and ours to
   * keep no longer.
   *
   * @return what was found and done, a sentence each
   */
  List<String> carryOut(
      Settlement settlement, PublishedDocument now, NodeRecord record, CallBudget budget)
      throws IOException, JsonShapeException, ScontrolException {
    List<String> said = new ArrayList<>(settlement.said());
    if (!settlement.updates().isEmpty()) {
      scontrol.updateNode(record.name(), settlement.updates(), budget.next());
    }
    said.add(
        settlement.updates().isEmpty()
            ? "nothing is to be set on Slurm's record of " + record.name()
            : "set on " + record.name() + ": " + settlement.updates());
    files.save(
        now.with(settlement.shortfall()),
        AdminState.NONE,
        settlement.holdsOut(),
        policy.controller());
    return said;
  }
}
