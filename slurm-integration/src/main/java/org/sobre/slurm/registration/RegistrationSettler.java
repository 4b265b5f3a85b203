package org.sobre.slurm.registration;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.sobre.hardware.json.JsonShapeException;
import org.sobre.hardware.probe.SysRoot;
import org.sobre.slurm.command.NodeRecord;
import org.sobre.slurm.command.Scontrol;
import org.sobre.slurm.command.ScontrolException;
import org.sobre.slurm.command.ScontrolException.Kind;

/**
 * Settles Slurm's record of this node once slurmd runs: what an admin had said and what went with a
 * deleted record is set again, the record is compared once more, and its comment gets the digest of
 * what it was made from. Never deletes.
 */
public final class RegistrationSettler {

  private final PublishedFiles files;
  private final SysRoot root;
  private final RegistrationPolicy policy;
  private final Scontrol scontrol;

  /**
   * What came of it.
   *
   * @param said what was found and done, a sentence each, for the journal
   * @param again whether it is to be tried again later: the controller did not answer or refused,
   *     or slurmd has not registered yet
   */
  public record Outcome(List<String> said, boolean again) {
    public Outcome {
      said = List.copyOf(said);
    }
  }

  /**
   * @param directory where {@link NodePublisher} wrote
   */
  public RegistrationSettler(
      Path directory, SysRoot root, RegistrationPolicy policy, Scontrol scontrol) {
    this.files = new PublishedFiles(directory);
    this.root = root;
    this.policy = policy;
    this.scontrol = scontrol;
  }

  /**
   * Waits for slurmd's registration within the budget.
   *
   * @throws java.nio.file.NoSuchFileException if nothing has been published in this boot
   * @throws JsonShapeException if node.json cannot be read
   */
  public Outcome settle(CallBudget budget) throws IOException, JsonShapeException {
    PublishedDocument now = PublishedDocument.read(files);
    files.refuseOtherBoot(now.document(), root);
    try {
      NodeRecord record = awaitRegistered(now, budget);
      Settlement settlement = settlement(now, record);
      if (!policy.mayAct()) {
        List<String> said = new ArrayList<>(settlement.said());
        said.add(
            "slurm.actOnNodes is false, so nothing is done; it would be: " + settlement.updates());
        return new Outcome(said, false);
      }
      return new Outcome(
          new RecordUpdate(files, policy, scontrol).carryOut(settlement, now, record, budget),
          settlement.early());
    } catch (ScontrolException e) {
      return new Outcome(List.of(String.valueOf(e.getMessage())), true);
    }
  }

  private Settlement settlement(PublishedDocument now, NodeRecord record) {
    return Settlement.of(now, record, policy, Moment.AFTER_SLURMD);
  }

  /** With this slurmd: a record of the boot before may be there before it is. */
  private NodeRecord awaitRegistered(PublishedDocument now, CallBudget budget)
      throws ScontrolException {
    while (true) {
      String node = now.document().node();
      Optional<NodeRecord> record = scontrol.showNode(node, budget.next());
      if (record.isPresent() && (budget.isSpent() || !settlement(now, record.get()).early())) {
        return record.get();
      }
      if (budget.isSpent()) {
        throw new ScontrolException(
            Kind.UNREACHABLE,
            "slurmd has not registered " + node + " within " + budget.inAll().toSeconds() + " s");
      }
      budget.pause();
    }
  }
}
