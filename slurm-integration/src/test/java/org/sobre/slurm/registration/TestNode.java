package org.sobre.slurm.registration;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.sobre.hardware.gpu.Gpu;
import org.sobre.hardware.json.JsonShapeException;
import org.sobre.hardware.node.CpuTopology;
import org.sobre.hardware.node.NodeDescription;
import org.sobre.hardware.probe.SysRoot;
import org.sobre.hardware.units.MemorySize;
import org.sobre.slurm.command.Scontrol;
import org.sobre.slurm.gres.Nodes;
import org.sobre.slurm.node.NodeDocument;
import org.sobre.slurm.node.NodeDocumentCodec;
import org.sobre.slurm.node.Shortfall;
import org.sobre.slurm.registration.NodePublisher.Published;

/**
 * Node n1, that boots with these or those cards, and the steps of a boot: publish, register,
 * slurmd, settle. What it published is remembered over boots, as on the share.
 */
final class TestNode {

  private static final RegistrationPolicy DRAINS = new RegistrationPolicy("ctl:6817", true, true);

  private final Path root;
  private final SimulatedSlurm slurm;
  private final SharedDirectory share = new SharedDirectory();
  private RegistrationPolicy policy = DRAINS;
  private DescriptionProof proof = DescriptionProof.NONE;
  private CpuTopology cpu = new CpuTopology("cpu", 1, 2, 2);
  private String boot = "boot-0";
  private int boots;

  TestNode(Path root, SimulatedSlurm slurm) {
    this.root = root;
    this.slurm = slurm;
  }

  void policy(RegistrationPolicy other) {
    policy = other;
  }

  void proof(DescriptionProof other) {
    proof = other;
  }

  /** Where the daemon leaves the documents, and root reads them. */
  SharedDirectory share() {
    return share;
  }

  /** What the tools say of the processors from here on. */
  void cpu(CpuTopology other) {
    cpu = other;
  }

  Path directory() {
    return root.resolve("run/sobre/slurm");
  }

  /** A power cut, and a boot with these cards to its end. */
  void boots(Gpu... gpus) throws IOException, JsonShapeException {
    powerOn();
    publish(gpus);
    register();
    slurmdStarts();
    settle();
    daemonCopies();
  }

  void powerOn() throws IOException {
    boots++;
    boot = "boot-" + boots;
    write("proc/sys/kernel/random/boot_id", boot + "\n");
    write("proc/sys/kernel/hostname", "n1.example.org\n");
    for (String name : List.of("gres.conf", "node.json", "slurmd.env", "slurmd.boot", "visible")) {
      Files.deleteIfExists(directory().resolve(name));
    }
    Files.deleteIfExists(root.resolve("proc/4711/comm"));
  }

  Published publish(Gpu... gpus) throws IOException {
    EarlierBoots earlier = new SharedDocuments(share, SharedDirectory.LEDGER, false);
    NodePublisher publisher =
        new NodePublisher(
            directory(),
            new SysRoot(root),
            Optional.of("ctl:6817"),
            earlier,
            policy.drainsForMissingGpus() && policy.mayAct(),
            proof);
    publisher.prepare();
    return publisher.publish(description(gpus), Nodes.OFFER_FROM, Optional.of("22.05.8"));
  }

  List<String> register() throws IOException, JsonShapeException {
    return new NodeRegistrar(
            directory(), new SysRoot(root), policy, new Scontrol(slurm, "ctl:6817"))
        .register(slurm.budget());
  }

  /** The hook leaves its mark, and from here on Slurm's process is alive. */
  void slurmdStarts() throws IOException {
    write("run/sobre/slurm/slurmd.boot", boot + "\n");
    slurm.slurmdStarts(read("slurmd.env"));
    write("proc/4711/comm", "slurmd\n");
  }

  void slurmdStops() throws IOException {
    Files.delete(root.resolve("proc/4711/comm"));
  }

  RegistrationSettler.Outcome settle() throws IOException, JsonShapeException {
    RegistrationSettler settler =
        new RegistrationSettler(
            directory(), new SysRoot(root), policy, new Scontrol(slurm, "ctl:6817"));
    CallBudget budget = slurm.budget();
    Optional<RegistrationSettler.Outcome> absent = settler.awaitRegistered(budget);
    return absent.isPresent() ? absent.get() : settler.settle(budget);
  }

  /** As it does each 5 s. */
  void daemonCopies() throws IOException, JsonShapeException {
    share.keeps(read("node.json"));
  }

  String read(String name) throws IOException {
    return Files.readString(directory().resolve(name));
  }

  NodeDocument document() throws IOException, JsonShapeException {
    return NodeDocumentCodec.read(read("node.json"));
  }

  Shortfall shortfall() throws IOException, JsonShapeException {
    return NodeDocumentCodec.readShortfall(read("node.json"));
  }

  void write(String name, String text) throws IOException {
    Path file = root.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private NodeDescription description(Gpu... gpus) {
    NodeDescription any = Nodes.with(gpus);
    return new NodeDescription(
        "n1",
        boot,
        any.at(),
        any.board(),
        cpu,
        MemorySize.ofMebibytes(24105),
        any.gpus(),
        any.meters(),
        any.probes());
  }
}
