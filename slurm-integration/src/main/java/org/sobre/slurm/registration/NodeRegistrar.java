package org.sobre.slurm.registration;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sobre.hardware.json.JsonShapeException;
import org.sobre.hardware.probe.SysRoot;
import org.sobre.slurm.command.NodeRecord;
import org.sobre.slurm.command.Scontrol;
import org.sobre.slurm.command.ScontrolException;
import org.sobre.slurm.command.ScontrolException.Kind;
import org.sobre.slurm.node.AdminState;
import org.sobre.slurm.node.MissingGpu;
import org.sobre.slurm.node.Shortfall;

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
   * Compares and acts.
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
      Shortfall shortfall = remembered(now, known);
      Optional<String> own = OwnReason.of(now.document(), shortfall, policy.drainsForMissingGpus());
      Decision decision = Registration.decide(now.document(), known, boot, own.isPresent());
      if (!policy.mayAct()) {
        return List.of("slurm.actOnNodes is false, so nothing is done; it would be: " + decision);
      }
      List<String> said = act(decision, now.with(shortfall), known, budget);
      PublishedFiles.replace(files.registered(), now.document().boot() + "\n");
      return said;
    } catch (ScontrolException e) {
      return List.of(
          String.valueOf(e.getMessage()),
          "slurmd starts all the same, with the record that Slurm has of this node");
    }
  }

  /**
   * What is missing, by what Slurm's record adds to it: an admin who has resumed the node knows of
   * what was missing then; and where nobody else remembers the boot before, the record does.
   */
  private Shortfall remembered(PublishedDocument now, Optional<NodeRecord> known) {
    Shortfall shortfall = now.shortfall();
    if (known.isEmpty()) {
      return shortfall.withMissing(undrained(shortfall.missing()));
    }
    if (!known.get().isDrained()) {
      return shortfall.withMissing(
          shortfall.missing().stream().filter(gpu -> !gpu.drained()).toList());
    }
    return shortfall;
  }

  private static List<MissingGpu> undrained(List<MissingGpu> missing) {
    return missing.stream().map(gpu -> gpu.drained(false)).toList();
  }

  private List<String> act(
      Decision decision, PublishedDocument now, Optional<NodeRecord> known, CallBudget budget)
      throws IOException, JsonShapeException, ScontrolException {
    String node = now.document().node();
    Optional<String> own = own(now);
    if (decision instanceof Decision.Create) {
      write(now, AdminState.NONE, own);
      return List.of("Slurm does not know " + node + " yet: slurmd will create it");
    }
    NodeRecord record = known.orElseThrow();
    if (decision instanceof Decision.Keep) {
      return keep(now, record, own, budget);
    }
    if (decision instanceof Decision.Resume) {
      scontrol.updateNode(record.name(), Map.of("State", "RESUME"), budget.next());
      files.update(now.text(), now.shortfall().document());
      return List.of("Slurm's record of " + record.name() + " is right again: our drain is lifted");
    }
    if (decision instanceof Decision.Drain drain) {
      return List.of(
          differing(record, drain.differences()),
          drain(now, record, own.orElse(OwnReason.differing(drain.differences())), budget)
              + ", because "
              + drain.why());
    }
    return replace((Decision.Replace) decision, now, record, budget);
  }

  private List<String> keep(
      PublishedDocument now, NodeRecord record, Optional<String> own, CallBudget budget)
      throws IOException, JsonShapeException, ScontrolException {
    List<String> said = new ArrayList<>();
    said.add("Slurm's record of " + record.name() + " is right");
    Shortfall shortfall = now.shortfall();
    if (own.isPresent()) {
      said.add(own.get());
      said.add(drain(now, record, own.get(), budget));
      if (!Registration.isHeldOutByOthers(record, now)) {
        shortfall =
            shortfall.withMissing(shortfall.missing().stream().map(g -> g.drained(true)).toList());
      }
    }
    files.update(now.text(), shortfall.document());
    return said;
  }

  private List<String> replace(
      Decision.Replace replace, PublishedDocument found, NodeRecord known, CallBudget budget)
      throws IOException, JsonShapeException, ScontrolException {
    PublishedDocument now = comparedWithRecord(found, known);
    Optional<String> own = own(now);
    List<String> said = new ArrayList<>();
    said.add(differing(known, replace.differences()));
    own.ifPresent(said::add);
    // What would be lost is in our files before the record goes. It stays there if the deletion
    // fails: after slurmd, only what is really gone is set again.
    AdminState admin = replace.admin();
    write(now, admin, own);
    try {
      admin = delete(now, admin, own, budget);
      said.add("its record is deleted; slurmd will create it anew");
      admin.drainReason().ifPresent(reason -> said.add("it stays drained: " + reason));
    } catch (ScontrolException e) {
      said.add("its record could not be deleted: " + e.getMessage());
      said.add(holdOut(replace, now, known, own, budget));
    }
    return said;
  }

  /** A new record knows of no drain, so those of missing GPUs are to be said again. */
  private static PublishedDocument comparedWithRecord(PublishedDocument now, NodeRecord known) {
    Shortfall shortfall = now.shortfall();
    List<MissingGpu> missing = undrained(shortfall.missing());
    if (missing.isEmpty() && shortfall.comparedWith().isEmpty() && shortfall.refused().isEmpty()) {
      missing = MissingGpus.of(known.gres(), Registration.gres(now.document()), now.at());
    }
    return now.with(shortfall.withMissing(missing));
  }

  private void write(PublishedDocument now, AdminState admin, Optional<String> own)
      throws IOException, JsonShapeException {
    Map<String, Object> keys = new HashMap<>(now.shortfall().document());
    AdminState kept = admin.isNone() ? now.admin() : admin;
    keys.putAll(PublishedFiles.adminState(kept));
    files.update(now.text(), keys);
    PublishedFiles.replace(
        files.slurmdEnv(),
        SlurmdEnvironment.render(policy.controller(), now.slurmdConf(), kept, own.isPresent()));
  }

  private Optional<String> own(PublishedDocument now) {
    return OwnReason.of(now.document(), now.shortfall(), policy.drainsForMissingGpus());
  }

  /**
   * A job of the boot before, which Slurm has not noticed to be lost, keeps a record busy. Whatever
   * an admin says while this waits is saved before the next try.
   *
   * @return what the admin had said last
   */
  private AdminState delete(
      PublishedDocument now, AdminState before, Optional<String> own, CallBudget budget)
      throws IOException, JsonShapeException, ScontrolException {
    String node = now.document().node();
    AdminState saved = before;
    boolean down = false;
    while (true) {
      saved = saveLatest(now, saved, own, budget);
      try {
        scontrol.deleteNode(node, budget.next());
        return saved;
      } catch (ScontrolException e) {
        if (e.kind() != Kind.BUSY || !budget.hasRoom()) {
          throw e;
        }
      }
      if (!down) {
        saved = saveLatest(now, saved, own, budget);
        setState(node, "DOWN", OwnReason.PREFIX + " rebooted with other hardware", budget);
        down = true;
      }
      budget.pause();
    }
  }

  /** As late as can be: an admin may have said something since the record was first read. */
  private AdminState saveLatest(
      PublishedDocument now, AdminState saved, Optional<String> own, CallBudget budget)
      throws IOException, JsonShapeException, ScontrolException {
    Optional<NodeRecord> record = scontrol.showNode(now.document().node(), budget.next());
    AdminState latest = record.map(found -> Registration.latest(saved, found)).orElse(saved);
    if (!latest.equals(saved)) {
      write(now, latest, own);
    }
    return latest;
  }

  /** After a failed deletion: a reason of somebody else's stands again, else ours says why. */
  private String holdOut(
      Decision.Replace replace,
      PublishedDocument now,
      NodeRecord known,
      Optional<String> own,
      CallBudget budget)
      throws ScontrolException {
    Optional<String> foreign =
        replace.admin().drainReason().filter(reason -> !OwnReason.isOfHealth(reason));
    if (foreign.isEmpty()) {
      return drain(now, known, own.orElse(OwnReason.differing(replace.differences())), budget);
    }
    setState(known.name(), "DRAIN", foreign.get(), budget);
    return "it stays drained: " + foreign.get();
  }

  /** Never overwrites the reason of somebody else. */
  private String drain(PublishedDocument now, NodeRecord known, String reason, CallBudget budget)
      throws ScontrolException {
    if (Registration.isHeldOutByOthers(known, now)) {
      return "it is drained already (" + known.reason().orElse("") + ") and stays as it is";
    }
    setState(known.name(), "DRAIN", reason, budget);
    return "it is drained and nothing else is changed";
  }

  private void setState(String node, String state, String reason, CallBudget budget)
      throws ScontrolException {
    scontrol.updateNode(node, Map.of("State", state, "Reason", reason), budget.next());
  }

  private static String differing(NodeRecord known, List<String> differences) {
    return "Slurm's record of " + known.name() + " differs: " + String.join("; ", differences);
  }
}
