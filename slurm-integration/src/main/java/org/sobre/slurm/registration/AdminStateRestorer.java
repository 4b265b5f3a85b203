package org.sobre.slurm.registration;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.sobre.hardware.json.JsonShapeException;
import org.sobre.slurm.command.NodeRecord;
import org.sobre.slurm.command.Scontrol;
import org.sobre.slurm.command.ScontrolException;
import org.sobre.slurm.command.ScontrolException.Kind;
import org.sobre.slurm.node.AdminState;
import org.sobre.slurm.node.NodeDocument;
import org.sobre.slurm.node.NodeDocumentCodec;

/**
 * Sets again, once slurmd has registered, the reason and the comment that went with a deleted
 * record. State and weight came back with the registration itself.
 */
public final class AdminStateRestorer {

  private final PublishedFiles files;
  private final Scontrol scontrol;

  /**
   * @param directory where {@link NodePublisher} wrote
   */
  public AdminStateRestorer(Path directory, Scontrol scontrol) {
    this.files = new PublishedFiles(directory);
    this.scontrol = scontrol;
  }

  /**
   * Waits for the registration within the budget. What somebody has said meanwhile stays.
   *
   * @return what was found and done, a sentence each; that the controller is away is such a
   *     sentence and no failure
   */
  public List<String> restore(CallBudget budget) throws IOException, JsonShapeException {
    String text = files.requiredNodeJson();
    NodeDocument document = NodeDocumentCodec.read(text);
    AdminState admin = NodeDocumentCodec.readAdminState(text);
    if (admin.isNone()) {
      return List.of("nothing to restore on " + document.node());
    }
    try {
      Map<String, String> gone = gone(admin, awaitRegistered(document.node(), budget));
      if (!gone.isEmpty()) {
        scontrol.updateNode(document.node(), gone, budget.next());
      }
      files.replaceAdminState(text, AdminState.NONE);
      return gone.isEmpty()
          ? List.of("nothing was lost on " + document.node())
          : List.of("restored on " + document.node() + ": " + gone);
    } catch (ScontrolException e) {
      return List.of(
          String.valueOf(e.getMessage()),
          "not restored yet: run `sobre node register --after-slurmd` again");
    }
  }

  private static Map<String, String> gone(AdminState admin, NodeRecord record) {
    Map<String, String> gone = new TreeMap<>();
    if (admin.drainReason().isPresent() && record.reason().isEmpty()) {
      gone.put("State", "DRAIN");
      gone.put("Reason", admin.drainReason().get());
    }
    if (admin.comment().isPresent() && record.comment().isEmpty()) {
      gone.put("Comment", admin.comment().get());
    }
    return gone;
  }

  private NodeRecord awaitRegistered(String node, CallBudget budget) throws ScontrolException {
    while (true) {
      Optional<NodeRecord> record = scontrol.showNode(node, budget.next());
      if (record.isPresent()) {
        return record.get();
      }
      if (budget.isSpent()) {
        throw new ScontrolException(
            Kind.UNREACHABLE,
            "slurmd has not registered "
                + node
                + " within "
                + CallBudget.IN_ALL.toSeconds()
                + " s");
      }
      budget.pause();
    }
  }
}
