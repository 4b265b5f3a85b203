package org.sobre.slurm.registration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sobre.hardware.json.JsonShapeException;
import org.sobre.hardware.node.CpuTopology;
import org.sobre.hardware.node.NodeDescription;
import org.sobre.hardware.probe.SysRoot;
import org.sobre.hardware.units.MemorySize;
import org.sobre.slurm.command.Recorded;
import org.sobre.slurm.command.Scontrol;
import org.sobre.slurm.gres.Nodes;
import org.sobre.slurm.node.NodeDocumentCodec;

/** A node that publishes one RTX 2080 where Slurm's record has two. */
class NodeRegistrarTest {

  private static final String BUSY = "delete_node nodename=n1: Requested nodes are busy";

  @TempDir private Path root;
  private Path directory = Path.of("");
  private final FakeSlurm slurm = new FakeSlurm();

  @BeforeEach
  void publish() throws IOException {
    directory = root.resolve("run/sobre/slurm");
    Path bootId = root.resolve("proc/sys/kernel/random/boot_id");
    Files.createDirectories(bootId.getParent());
    Files.writeString(bootId, description().boot() + "\n");
    new NodePublisher(
            directory,
            new SysRoot(root),
            Optional.of("ctl:6817"),
            EarlierBoots.NONE,
            true,
            DescriptionProof.NONE)
        .publish(description(), Nodes.OFFER_FROM, Optional.of("22.05.8"));
  }

  @Test
  void deletesTheRecordAndKeepsWhatTheAdminSaidForSlurmdAndForAfterIt()
      throws IOException, JsonShapeException {
    slurm
        .answers(Recorded.text("node-drained-by-admin.txt"))
        .answers(Recorded.text("node-drained-by-admin.txt"))
        .answers("");

    List<String> said = registrar(true).register(slurm.budget());

    assertThat(slurm.asked())
        .containsExactly(
            "scontrol show node n1", "scontrol show node n1", "scontrol delete NodeName=n1");
    assertThat(said).last().asString().startsWith("it stays drained: fan is loud");
    assertThat(Files.readString(directory.resolve("slurmd.env")))
        .contains("--conf-server ctl:6817 --conf 'Gres=gpu:nvidia_geforce_rtx_2080:1 ")
        .endsWith(" State=DRAIN Weight=7'\"\n");
    String json = Files.readString(directory.resolve("node.json"));
    assertThat(NodeDocumentCodec.readAdminState(json).comment()).contains("rack 7 Gres=none");
    assertThat(NodeDocumentCodec.read(json).gres()).hasSize(1);
  }

  @Test
  void publishingAgainInTheSameBootForgetsNothing() throws IOException, JsonShapeException {
    slurm
        .answers(Recorded.text("node-drained-by-admin.txt"))
        .answers(Recorded.text("node-drained-by-admin.txt"))
        .answers("");
    registrar(true).register(slurm.budget());
    publish();
    assertThat(Files.readString(directory.resolve("slurmd.env"))).contains("State=DRAIN Weight=7");
    assertThat(
            NodeDocumentCodec.readAdminState(Files.readString(directory.resolve("node.json")))
                .drainReason())
        .isPresent();
  }

  @Test
  void aLostJobKeepsTheRecordBusyUntilTheNodeIsDown() throws IOException, JsonShapeException {
    slurm
        .answers(Recorded.text("node-idle.txt"))
        .answers(Recorded.text("node-idle.txt"))
        .refuses(BUSY)
        .answers(Recorded.text("node-idle.txt"))
        .answers("")
        .answers(Recorded.text("node-idle.txt"))
        .refuses(BUSY)
        .answers(Recorded.text("node-idle.txt"))
        .answers("");
    registrar(true).register(slurm.budget());
    assertThat(slurm.asked()).hasSize(9).endsWith("scontrol delete NodeName=n1");
    assertThat(slurm.asked().get(4))
        .startsWith("scontrol update NodeName=n1")
        .contains("State=DOWN", "Reason=sobre: register: rebooted with other hardware");
  }

  @Test
  void anAwayControllerIsSaidAndHoldsNobodyUp() throws IOException, JsonShapeException {
    slurm.hangs();
    List<String> said = registrar(true).register(slurm.budget());
    assertThat(said.get(0)).contains("the controller at ctl:6817 did not answer within 3.0 s");
    assertThat(slurm.elapsedMillis()).isEqualTo(3000);
  }

  @Test
  void onceSlurmdHasStartedInThisBootARegistrationDrainsAndNeverDeletes()
      throws IOException, JsonShapeException {
    slurm.answers(Recorded.text("node-idle.txt")).answers("");
    Files.writeString(directory.resolve("slurmd.boot"), description().boot() + "\n");
    registrar(true).register(slurm.budget());
    assertThat(slurm.asked()).noneMatch(command -> command.contains("delete"));
    assertThat(slurm.asked()).last().asString().contains("State=DRAIN");
  }

  @Test
  void aRunningStepKeepsTheRecordAndAForeignReasonStands() throws IOException, JsonShapeException {
    Path step = Files.createDirectories(root.resolve("proc/4711"));
    Files.writeString(step.resolve("comm"), "slurmstepd\n");
    slurm.answers(Recorded.text("node-drained-by-admin.txt"));
    List<String> said = registrar(true).register(slurm.budget());
    assertThat(slurm.asked()).containsExactly("scontrol show node n1");
    assertThat(said)
        .anyMatch(line -> line.matches("it is drained already \\(fan is loud.* stays as it is"))
        .last()
        .asString()
        .contains("not made anew, because slurmstepd is running on this node");
  }

  @Test
  void withActOnNodesOffItOnlySays() throws IOException, JsonShapeException {
    slurm.answers(Recorded.text("node-idle.txt"));
    List<String> said = registrar(false).register(slurm.budget());
    assertThat(slurm.asked()).containsExactly("scontrol show node n1");
    assertThat(said).singleElement().asString().contains("nothing is done", "Replace");
  }

  @Test
  void withActOnNodesOffItSaysWhichDrainThereWouldBe() throws IOException, JsonShapeException {
    slurm.answers(Recorded.text("node-idle.txt"));
    Files.writeString(directory.resolve("slurmd.boot"), description().boot() + "\n");
    assertThat(registrar(false).register(slurm.budget()))
        .singleElement()
        .asString()
        .contains("nothing is done", "State=DRAIN", "Reason=sobre: register: hardware differs");
    assertThat(slurm.asked()).containsExactly("scontrol show node n1");
  }

  @Test
  void refusesADocumentOfAnotherBoot() throws IOException {
    Files.writeString(root.resolve("proc/sys/kernel/random/boot_id"), "another\n");
    assertThatThrownBy(() -> registrar(true).register(slurm.budget()))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessageContaining("run `sobre node publish` first");
  }

  private NodeRegistrar registrar(boolean mayAct) {
    return new NodeRegistrar(
        directory,
        new SysRoot(root),
        new RegistrationPolicy("ctl:6817", mayAct, true),
        new Scontrol(slurm, "ctl:6817"));
  }

  private static NodeDescription description() {
    NodeDescription pair = Nodes.with(Nodes.card(0, "NVIDIA GeForce RTX 2080", 8192, 0));
    return new NodeDescription(
        "n1",
        pair.boot(),
        pair.at(),
        pair.board(),
        new CpuTopology("cpu", 1, 2, 2),
        MemorySize.ofMebibytes(24105),
        pair.gpus(),
        pair.meters(),
        pair.probes());
  }
}
