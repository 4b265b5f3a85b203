package org.sobre.slurm.registration;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sobre.hardware.json.JsonObject;
import org.sobre.hardware.json.JsonShapeException;
import org.sobre.hardware.probe.SysRoot;
import org.sobre.slurm.gres.GresRenderer;
import org.sobre.slurm.gres.Nodes;
import org.sobre.slurm.node.AdminState;
import org.sobre.slurm.node.NodeDocument;
import org.sobre.slurm.node.NodeDocumentCodec;

class NodePublisherTest {

  @TempDir private Path directory;
  @TempDir private Path machine;

  @BeforeEach
  void noProcessIsAlive() throws IOException {
    Files.createDirectories(machine.resolve("proc"));
  }

  @Test
  void writesItsFilesForEveryoneToReadAndNothingElse() throws IOException {
    publish();
    try (var files = Files.list(directory)) {
      assertThat(files.map(f -> String.valueOf(f.getFileName())))
          .containsExactlyInAnyOrder("gres.conf", "node.json", "slurmd.env", "visible");
    }
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(directory.resolve("node.json"))))
        .isEqualTo("rw-r--r--");
  }

  @Test
  void whatItWritesIsReadBack() throws IOException, JsonShapeException {
    publish();
    String json = Files.readString(directory.resolve("node.json"));
    NodeDocument document = NodeDocumentCodec.read(json);
    assertThat(document.node()).isEqualTo("gpu1");
    assertThat(document.slurmVersion()).contains("22.05.8");
    assertThat(document.gres()).isEqualTo(Nodes.slurmNode(Nodes.pair()).gres().entries());
    assertThat(document.digest()).isEqualTo(GresRenderer.digest(Nodes.slurmNode(Nodes.pair())));
    assertThat(NodeDocumentCodec.readAdminState(json)).isEqualTo(AdminState.NONE);
    assertThat(JsonObject.parse(json).objects("gpus")).hasSize(2);
    assertThat(JsonObject.parse(json).string("delivery")).contains("dynamic");
  }

  /** What a boot script without systemd does; systemd splits by the same quotes. */
  @Test
  void aShellReadsSlurmdEnvAsItIsMeant() throws IOException {
    publish();
    assertThat(shellWords())
        .containsExactly(
            "-Z",
            "--conf-server",
            "ctl:6817",
            "--conf",
            GresRenderer.slurmdConf(Nodes.slurmNode(Nodes.pair())));
  }

  @Test
  void aNodeWithNothingToSayHasNoConf() {
    assertThat(SlurmdEnvironment.render("ctl:6817", "", AdminState.NONE, false))
        .isEqualTo("SLURMD_OPTIONS=\"-Z --conf-server ctl:6817\"\n");
    AdminState weight = new AdminState(Optional.empty(), Optional.empty(), OptionalLong.of(3));
    assertThat(SlurmdEnvironment.render("ctl:6817", "", weight, false))
        .contains(" --conf 'Weight=3'");
  }

  @Test
  void aStationTellsTheDaemonAndNoSlurmd() throws IOException {
    publish();
    publisher(Optional.empty()).publish(Nodes.pair(), Nodes.OFFER_FROM, Optional.empty());
    assertThat(directory.resolve("node.json")).exists();
    assertThat(directory.resolve("slurmd.env")).as("left by a former configuration").doesNotExist();
  }

  private NodePublisher publisher(Optional<String> controller) {
    return new NodePublisher(
        directory,
        new SysRoot(machine),
        controller,
        EarlierBoots.NONE,
        true,
        DescriptionProof.NONE);
  }

  private void publish() throws IOException {
    publisher(Optional.of("ctl:6817"))
        .publish(Nodes.pair(), Nodes.OFFER_FROM, Optional.of("22.05.8"));
  }

  private List<String> shellWords() throws IOException {
    Process shell =
        new ProcessBuilder(
                "sh",
                "-c",
                ". \"$0\"; eval \"printf '%s\\n' $SLURMD_OPTIONS\"",
                directory.resolve("slurmd.env").toString())
            .redirectErrorStream(true)
            .start();
    return new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
        .lines()
        .toList();
  }
}
