package org.sobre.slurm.registration;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sobre.hardware.json.JsonShapeException;
import org.sobre.slurm.command.NodeRecord;
import org.sobre.slurm.command.Scontrol;
import org.sobre.slurm.command.ScontrolException;
import org.sobre.slurm.command.ScontrolException.Kind;
import org.sobre.slurm.node.AdminState;
import org.sobre.slurm.node.Shortfall;

/**
 * Deletes a record of other hardware, so that slurmd creates it anew. What would be lost is in our
 * files before the record goes; whatever goes wrong, it is still there.
 */
final class RecordReplacement {

  private final PublishedFiles files;
  private final RegistrationPolicy policy;
  private final Scontrol scontrol;
  private final CallBudget budget;

  RecordReplacement(
      PublishedFiles files, RegistrationPolicy policy, Scontrol scontrol, CallBudget budget) {
    this.files = files;
    this.policy = policy;
    this.scontrol = scontrol;
    this.budget = budget;
  }

  /**
   * @return what was found and done, a sentence each
   * @throws ScontrolException if Slurm neither deletes the record nor lets it be drained
   */
  List<String> replace(PublishedDocument found, NodeRecord known, List<String> differences)
      throws IOException, JsonShapeException, ScontrolException {
    PublishedDocument now = found.with(RecordedShortfall.ofReplaced(found, known));
    List<String> said = new ArrayList<>();
    said.add("Slurm's record of " + known.name() + " differs: " + String.join("; ", differences));
    own(now).ifPresent(said::add);
    save(now, AdminRecord.latest(found.admin(), known));
    try {
      AdminState kept = delete(now);
      said.add("its record is deleted; slurmd will create it anew");
      unkept(known).ifPresent(said::add);
      kept.drainReason().ifPresent(reason -> said.add("it stays drained: " + reason));
    } catch (ScontrolException e) {
      said.add("its record could not be deleted: " + e.getMessage());
      said.addAll(settle(found.shortfall()));
    }
    return said;
  }

  private static Optional<String> unkept(NodeRecord known) {
    List<String> unkept = AdminRecord.unkept(known);
    return unkept.isEmpty()
        ? Optional.empty()
        : Optional.of("not kept, set it again: " + String.join(", ", unkept));
  }

  /**
   * A job of the boot before, which Slurm has not noticed to be lost, keeps a record busy. Whatever
   * an admin says while this waits is saved before the next try.
   *
   * @return what the admin had said last
   */
  private AdminState delete(PublishedDocument now)
      throws IOException, JsonShapeException, ScontrolException {
    boolean down = false;
    while (true) {
      AdminState saved = saveLatest(now);
      try {
        scontrol.deleteNode(now.document().node(), budget.next());
        return saved;
      } catch (ScontrolException e) {
        if (e.kind() != Kind.BUSY || !budget.hasRoom()) {
          throw e;
        }
      }
      if (!down) {
        setDown(now.document().node(), saveLatest(now));
        down = true;
      }
      budget.pause();
    }
  }

  /**
   * Slurm takes a lost job from a node that is down. An admin's reason stands in it as it stood.
   */
  private void setDown(String node, AdminState saved) throws ScontrolException {
    String reason = saved.drainReason().orElse(OwnReason.PREFIX + " rebooted with other hardware");
    scontrol.updateNode(node, Map.of("State", "DOWN", "Reason", reason), budget.next());
  }

  /** As late as can be: an admin may have said something since the record was first read. */
  private AdminState saveLatest(PublishedDocument now)
      throws IOException, JsonShapeException, ScontrolException {
    AdminState saved = PublishedDocument.read(files).admin();
    Optional<NodeRecord> record = scontrol.showNode(now.document().node(), budget.next());
    AdminState latest = record.map(known -> AdminRecord.latest(saved, known)).orElse(saved);
    if (!latest.equals(saved)) {
      save(now, latest);
    }
    return latest;
  }

  /** The record stays: it is drained, or an admin's reason stands in it again. */
  private List<String> settle(Shortfall shortfall)
      throws IOException, JsonShapeException, ScontrolException {
    PublishedDocument now = PublishedDocument.read(files).with(shortfall);
    Optional<NodeRecord> record = scontrol.showNode(now.document().node(), budget.next());
    if (record.isEmpty()) {
      return List.of("it is gone all the same; slurmd will create it anew");
    }
    Settlement settlement = Settlement.of(now, record.get(), policy, Moment.BEFORE_SLURMD);
    return new RecordUpdate(files, policy, scontrol)
        .carryOut(settlement, now, record.get(), budget);
  }

  private void save(PublishedDocument now, AdminState admin)
      throws IOException, JsonShapeException {
    files.save(now, admin, own(now).isPresent(), policy.controller());
  }

  private Optional<String> own(PublishedDocument now) {
    return OwnReason.of(now.document(), now.shortfall(), policy.drainsForMissingGpus());
  }
}
