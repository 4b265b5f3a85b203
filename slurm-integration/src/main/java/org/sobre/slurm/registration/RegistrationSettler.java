package org.sobre.slurm.registration;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.sobre.hardware.json.JsonShapeException;
import org.sobre.hardware.node.HostName;
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

  /** Whether it is to be tried again. */
  public enum Next {
    DONE,
    /** The controller did not answer, or slurmd has not registered yet: half a minute may do. */
    AGAIN,
    /** Slurm refused: nothing changes soon by itself. */
    AGAIN_MUCH_LATER
  }

  /**
   * What came of it.
   *
   * @param said what was found and done, a sentence each, for the journal
   */
  public record Outcome(List<String> said, Next next) {
    public Outcome {
      said = List.copyOf(said);
      requireNonNull(next, "next");
    }

    public boolean again() {
      return next != Next.DONE;
    }

    static Outcome unknown(String node) {
      return new Outcome(List.of("slurmd has not registered " + node + " yet"), Next.AGAIN);
    }

    static Outcome failed(ScontrolException e) {
      return new Outcome(
          List.of(String.valueOf(e.getMessage())),
          e.kind() == Kind.REFUSED ? Next.AGAIN_MUCH_LATER : Next.AGAIN);
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
   * Waits until Slurm knows this node, and until it takes its registration as valid: a record may
   * be there that the last boot left invalid. Reads and changes nothing here, so that no lock is
   * needed.
   *
   * @return empty once it does, or does not for what is {@link #settle}'s to say; what is to be
   *     said and when to try again if it does not know the node
   * @throws IOException if this machine has no name
   */
  public Optional<Outcome> awaitRegistered(CallBudget budget) throws IOException {
    String node = HostName.of(root);
    try {
      while (true) {
        Optional<NodeRecord> record = scontrol.showNode(node, budget.next());
        if (record.isPresent() && (!record.get().awaitsRegistration() || !budget.hasRoom())) {
          return Optional.empty();
        }
        if (budget.isSpent()) {
          return Optional.of(Outcome.unknown(node));
        }
        budget.pause();
      }
    } catch (ScontrolException e) {
      return Optional.of(Outcome.failed(e));
    }
  }

  /**
   * Compares and acts. Where nothing has been published in this boot, the node is held out: nobody
   * could say what it gives.
   *
   * @throws JsonShapeException if node.json cannot be read
   */
  public Outcome settle(CallBudget budget) throws IOException, JsonShapeException {
    try {
      Optional<PublishedDocument> now = published();
      String node = now.isPresent() ? now.get().document().node() : HostName.of(root);
      Optional<NodeRecord> record = scontrol.showNode(node, budget.next());
      if (record.isEmpty()) {
        return Outcome.unknown(node);
      }
      return now.isPresent()
          ? settle(now.get(), record.get(), budget)
          : holdOut(new UndescribedNode(record.get()), budget);
    } catch (ScontrolException e) {
      return Outcome.failed(e);
    }
  }

  /** Empty if nothing has been published in this boot. */
  private Optional<PublishedDocument> published() throws IOException, JsonShapeException {
    try {
      PublishedDocument now = PublishedDocument.read(files);
      files.refuseOtherBoot(now.document(), root);
      return Optional.of(now);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  private Outcome holdOut(UndescribedNode node, CallBudget budget) throws ScontrolException {
    if (policy.mayAct() && !node.updates().isEmpty()) {
      scontrol.updateNode(node.name(), node.updates(), budget.next());
    }
    return new Outcome(node.said(policy.mayAct()), Next.DONE);
  }

  private Outcome settle(PublishedDocument now, NodeRecord record, CallBudget budget)
      throws IOException, JsonShapeException, ScontrolException {
    Settlement settlement = Settlement.of(now, record, policy, Moment.AFTER_SLURMD);
    if (!policy.mayAct()) {
      List<String> said = new ArrayList<>(settlement.said());
      said.add(
          "slurm.actOnNodes is false, so nothing is done; it would be: " + settlement.updates());
      return new Outcome(said, Next.DONE);
    }
    List<String> said =
        new RecordUpdate(files, policy, scontrol).carryOut(settlement, now, record, budget);
    return new Outcome(said, settlement.early() ? Next.AGAIN : Next.DONE);
  }
}
