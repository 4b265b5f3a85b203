package org.sobre.slurm.registration;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.sobre.hardware.json.JsonShapeException;
import org.sobre.hardware.probe.SysRoot;
import org.sobre.slurm.command.NodeRecord;
import org.sobre.slurm.command.Scontrol;
import org.sobre.slurm.command.ScontrolException;

/**
 * Brings Slurm's record of this node in line with what the node published, before slurmd starts.
 * Whatever Slurm answers, slurmd is never held up for longer than {@link CallBudget} says.
 */
public final class NodeRegistrar {

  private final PublishedFiles files;
  private final SysRoot root;
  private final RegistrationPolicy policy;
  private final Scontrol scontrol;

  /**
   * @param directory where {@link NodePublisher} wrote
   */
  public NodeRegistrar(Path directory, SysRoot root, RegistrationPolicy policy, Scontrol scontrol) {
    this.files = new PublishedFiles(directory);
    this.root = root;
    this.policy = policy;
    this.scontrol = scontrol;
  }

  /**
   * Compares and acts. Gives no node back where slurmd does not run: that is for {@link
   * RegistrationSettler}, once it does.
   *
   * @return what was found and done, a sentence each, for the journal; that the controller is away
   *     is such a sentence and no failure
   * @throws NoSuchFileException if nothing has been published in this boot
   * @throws JsonShapeException if node.json cannot be read
   */
  public List<String> register(CallBudget budget) throws IOException, JsonShapeException {
    PublishedDocument now = PublishedDocument.read(files);
    files.refuseOtherBoot(now.document(), root);
    try {
      Optional<NodeRecord> known = scontrol.showNode(now.document().node(), budget.next());
      BootFacts boot = files.bootFacts(now.document().boot(), root);
      Decision decision = Registration.decide(now.document(), known, boot);
      return policy.mayAct()
          ? act(decision, now, known, boot.moment(), budget)
          : List.of(
              "slurm.actOnNodes is false, so nothing is done; it would be: "
                  + wouldBe(decision, now, known, boot.moment()));
    } catch (ScontrolException e) {
      return List.of(
          String.valueOf(e.getMessage()),
          "slurmd starts all the same, with the record that Slurm has of this node");
    }
  }

  private String wouldBe(
      Decision decision, PublishedDocument now, Optional<NodeRecord> known, Moment moment) {
    return known.isPresent() && decision instanceof Decision.Settle
        ? Settlement.of(now, known.get(), policy, moment).updates().toString()
        : decision.toString();
  }

  private List<String> act(
      Decision decision,
      PublishedDocument now,
      Optional<NodeRecord> known,
      Moment moment,
      CallBudget budget)
      throws IOException, JsonShapeException, ScontrolException {
    if (known.isEmpty()) {
      return create(now);
    }
    if (decision instanceof Decision.Replace replace) {
      return new RecordReplacement(files, policy, scontrol, budget)
          .replace(now, known.get(), replace.differences());
    }
    Settlement settlement = Settlement.of(now, known.get(), policy, moment);
    List<String> said =
        new ArrayList<>(
            new RecordUpdate(files, policy, scontrol)
                .carryOut(settlement, now, known.get(), budget));
    if (decision instanceof Decision.Settle settle) {
      settle.why().ifPresent(why -> said.add("the record is not made anew, because " + why));
    }
    return said;
  }

  /** What an earlier try of this boot has saved of a record that is gone stays saved. */
  private List<String> create(PublishedDocument now) throws IOException, JsonShapeException {
    PublishedDocument undrained = now.with(RecordedShortfall.undrained(now.shortfall()));
    Optional<String> own =
        OwnReason.of(now.document(), now.shortfall(), policy.drainsForMissingGpus());
    files.save(undrained, now.admin(), own.isPresent(), policy.controller());
    return List.of("Slurm does not know " + now.document().node() + " yet: slurmd will create it");
  }
}
