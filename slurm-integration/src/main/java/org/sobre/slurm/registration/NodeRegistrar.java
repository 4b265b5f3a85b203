package org.sobre.slurm.registration;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sobre.hardware.json.JsonShapeException;
import org.sobre.hardware.probe.SysRoot;
import org.sobre.slurm.command.NodeRecord;
import org.sobre.slurm.command.Scontrol;
import org.sobre.slurm.command.ScontrolException;
import org.sobre.slurm.command.ScontrolException.Kind;
import org.sobre.slurm.gres.GresRenderer;
import org.sobre.slurm.gres.NodeGres;
import org.sobre.slurm.gres.SlurmNode;
import org.sobre.slurm.node.NodeDocument;
import org.sobre.slurm.node.NodeDocumentCodec;

/**
 * Brings Slurm's record of this node in line with what the node published, before slurmd starts.
 * Whatever Slurm answers, slurmd is never held up for longer than {@link CallBudget} says.
 */
public final class NodeRegistrar {

  private final PublishedFiles files;
  private final SysRoot root;
  private final String controller;
  private final boolean mayAct;
  private final Scontrol scontrol;

  /**
   * @param directory where {@link NodePublisher} wrote
   * @param controller {@code host:port} of slurmctld
   * @param mayAct if not, what would be done is only said
   */
  public NodeRegistrar(
      Path directory, SysRoot root, String controller, boolean mayAct, Scontrol scontrol) {
    this.files = new PublishedFiles(directory);
    this.root = root;
    this.controller = controller;
    this.mayAct = mayAct;
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
    String text = files.requiredNodeJson();
    NodeDocument document = NodeDocumentCodec.read(text);
    refuseOtherBoot(document);
    try {
      Optional<NodeRecord> known = scontrol.showNode(document.node(), budget.next());
      Decision decision = Registration.decide(document, known, bootFacts(document));
      if (!mayAct) {
        return List.of("slurm.actOnNodes is false, so nothing is done; it would be: " + decision);
      }
      List<String> said = act(decision, document, text, known, budget);
      PublishedFiles.replace(files.registered(), document.boot() + "\n");
      return said;
    } catch (ScontrolException e) {
      return List.of(
          String.valueOf(e.getMessage()),
          "slurmd starts all the same, with the record that Slurm has of this node");
    }
  }

  private List<String> act(
      Decision decision,
      NodeDocument document,
      String text,
      Optional<NodeRecord> known,
      CallBudget budget)
      throws IOException, JsonShapeException, ScontrolException {
    if (decision instanceof Decision.Create) {
      return List.of("Slurm does not know " + document.node() + " yet: slurmd will create it");
    }
    if (decision instanceof Decision.Keep) {
      return List.of("Slurm's record of " + document.node() + " is right");
    }
    NodeRecord record = known.orElseThrow();
    if (decision instanceof Decision.Resume) {
      scontrol.updateNode(record.name(), Map.of("State", "RESUME"), budget.next());
      return List.of("Slurm's record of " + record.name() + " is right again: our drain is lifted");
    }
    if (decision instanceof Decision.Drain drain) {
      return List.of(
          differing(record, drain.differences()),
          drain(record, drain.differences(), budget) + ", because " + drain.why());
    }
    return replace((Decision.Replace) decision, document, text, record, budget);
  }

  private List<String> replace(
      Decision.Replace replace,
      NodeDocument document,
      String text,
      NodeRecord known,
      CallBudget budget)
      throws IOException, JsonShapeException, ScontrolException {
    List<String> said = new ArrayList<>();
    said.add(differing(known, replace.differences()));
    // What would be lost is in our files before the record goes. It stays there if the deletion
    // fails: after slurmd, only what is really gone is set again.
    files.replaceAdminState(text, replace.admin());
    PublishedFiles.replace(
        files.slurmdEnv(),
        SlurmdEnvironment.render(controller, slurmdConf(document), replace.admin()));
    try {
      delete(document.node(), budget);
      said.add("its record is deleted; slurmd will create it anew");
      replace.admin().drainReason().ifPresent(reason -> said.add("it stays drained: " + reason));
    } catch (ScontrolException e) {
      said.add("its record could not be deleted: " + e.getMessage());
      said.add(holdOut(replace, known, budget));
    }
    return said;
  }

  /** A job of the boot before, which Slurm has not noticed to be lost, keeps a record busy. */
  private void delete(String node, CallBudget budget) throws ScontrolException {
    boolean down = false;
    while (true) {
      try {
        scontrol.deleteNode(node, budget.next());
        return;
      } catch (ScontrolException e) {
        if (e.kind() != Kind.BUSY || budget.isSpent()) {
          throw e;
        }
        if (!down) {
          setState(node, "DOWN", Registration.OUR_REASON + " rebooted with other hardware", budget);
          down = true;
        }
        budget.pause();
      }
    }
  }

  /** After a failed deletion: a reason of somebody else's stands again, else ours says why. */
  private String holdOut(Decision.Replace replace, NodeRecord known, CallBudget budget)
      throws ScontrolException {
    Optional<String> foreign = replace.admin().drainReason();
    if (foreign.isEmpty()) {
      return drain(known, replace.differences(), budget);
    }
    setState(known.name(), "DRAIN", foreign.get(), budget);
    return "it stays drained: " + foreign.get();
  }

  /** Never overwrites the reason of somebody else. */
  private String drain(NodeRecord known, List<String> differences, CallBudget budget)
      throws ScontrolException {
    String standing = known.reason().orElse("");
    if (known.isDrained() && !standing.startsWith(Registration.OUR_REASON)) {
      return "it is drained already (" + standing + ") and stays as it is";
    }
    String reason =
        Registration.OUR_REASON
            + " hardware differs, reboot to register: "
            + String.join("; ", differences);
    setState(known.name(), "DRAIN", reason, budget);
    return "it is drained and nothing else is changed";
  }

  private void setState(String node, String state, String reason, CallBudget budget)
      throws ScontrolException {
    scontrol.updateNode(node, Map.of("State", state, "Reason", reason), budget.next());
  }

  private void refuseOtherBoot(NodeDocument document) throws IOException {
    String boot = Files.readString(root.proc().resolve("sys/kernel/random/boot_id")).strip();
    if (!document.boot().equals(boot)) {
      throw new NoSuchFileException(
          files.nodeJson().toString(), null, "is of another boot: run `sobre node publish` first");
    }
  }

  private BootFacts bootFacts(NodeDocument document) throws IOException {
    Optional<String> registered = PublishedFiles.read(files.registered()).map(String::strip);
    boolean first = registered.filter(document.boot()::equals).isEmpty();
    return new BootFacts(first, SlurmProcesses.alive(root));
  }

  private static String slurmdConf(NodeDocument document) {
    return GresRenderer.slurmdConf(
        new SlurmNode(
            document.node(),
            document.cpu(),
            document.memory(),
            new NodeGres(document.gres(), Optional.empty()),
            document.features()));
  }

  private static String differing(NodeRecord known, List<String> differences) {
    return "Slurm's record of " + known.name() + " differs: " + String.join("; ", differences);
  }
}
