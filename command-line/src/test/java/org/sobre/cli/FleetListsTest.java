package org.sobre.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * {@code sobre gres --fleet} beside lists that are there, and nodes that need none: nothing comes
 * into a list, or goes with one, unseen.
 */
class FleetListsTest {

  @TempDir private Path root;
  private SmallFleet fleet;
  private Path output;

  @BeforeEach
  void twoNodes() throws IOException {
    fleet = new SmallFleet(root);
    output = root.resolve("nodes.conf");
    fleet.node("gpu01", "rtx_4090");
    fleet.node("gpu02", "rtx_4090");
  }

  @Test
  void whoMakesItsOwnRecordIsNamedAndInNoLine() throws IOException {
    registersItself("gpu01");
    assertThat(fleet.run("--format", "slurm.conf")).isEqualTo(ExitCode.DONE);
    assertThat(fleet.out.toString()).contains("NodeName=gpu02 ").doesNotContain("gpu01");
    assertThat(fleet.err.toString())
        .isEqualTo(
            "sobre: gpu01: makes its own record in Slurm, and so is in no line;"
                + " to list it all the same: --with-self-registering\n");

    assertThat(fleet.run("--with-self-registering")).isEqualTo(ExitCode.DONE);
    assertThat(fleet.out.toString()).contains("NodeName=gpu[01-02] ");
    assertThat(fleet.err.toString()).isEmpty();

    registersItself("gpu02");
    assertThat(fleet.run()).isEqualTo(ExitCode.BAD_DATA);
    assertThat(fleet.err.toString())
        .contains("gpu[01-02]: makes its own record", "found none that is used");
  }

  /** The second batch of docs/fleet.md, and a node of the first that has not come up again. */
  @Test
  void whoComesIntoAListIsNamed() throws IOException {
    slurmConf();
    assertThat(fleet.err.toString()).isEmpty();
    fleet.node("gpu03", "rtx_4090");
    fleet.node("cpu1");
    assertThat(slurmConf()).isEqualTo(ExitCode.DONE);
    assertThat(fleet.err.toString())
        .isEqualTo(
            "sobre: cpu1,gpu03: new in the list; what describes itself to Slurm must not be in it:"
                + " --leave-out cpu1,gpu03\n");
    assertThat(slurmConf()).isEqualTo(ExitCode.DONE);
    assertThat(fleet.err.toString()).isEmpty();
  }

  /** Such a list has no line of theirs, and does not say that they are new. */
  @Test
  void nodesWithoutGpusAreNotNewToGresConf() throws IOException {
    fleet.node("cpu1");
    fleet.run("--output", "" + output);
    assertThat(fleet.run("--output", "" + output)).isEqualTo(ExitCode.DONE);
    assertThat(fleet.err.toString()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "AutoDetect=off\n", "ClusterName=c\nInclude nodes.conf\n", "{}"})
  void aListWithoutNodesGuardsNothingAndIsRefused(String text) throws IOException {
    Path previous = Files.writeString(root.resolve("slurm.conf"), text);
    assertThat(fleet.run("--previous", "" + previous)).isEqualTo(ExitCode.BAD_DATA);
    assertThat(fleet.err.toString()).contains("slurm.conf cannot be compared with: expected nodes");
    assertThat(fleet.out.toString()).isEmpty();
  }

  @Test
  void anIncludeInAListIsNamed() throws IOException {
    Path previous =
        Files.writeString(
            root.resolve("slurm.conf"),
            "Include nodes.conf\nNodeName=gpu[01-02] Gres=gpu:rtx_4090:1\n");
    assertThat(fleet.run("--previous", "" + previous)).isEqualTo(ExitCode.DONE);
    assertThat(fleet.err.toString())
        .contains("slurm.conf: has Include nodes.conf, which is not followed");
  }

  @Test
  void onlyAListOfOursIsReplaced() throws IOException {
    String site = "ClusterName=c\nNodeName=gpu[01-02] Gres=gpu:rtx_4090:1\n";
    Files.writeString(output, site);
    assertThat(slurmConf()).isEqualTo(ExitCode.BAD_DATA);
    assertThat(fleet.err.toString()).contains("nodes.conf: expected a list that sobre gres");
    assertThat(output).hasContent(site);

    Files.writeString(output, "\n");
    assertThat(slurmConf()).isEqualTo(ExitCode.DONE);
    assertThat(fleet.err.toString()).contains("nodes.conf: is empty, so there is nothing");
    assertThat(fleet.run("--format", "json", "--output", "" + output)).isEqualTo(ExitCode.DONE);
    assertThat(fleet.run("--format", "json", "--output", "" + output)).isEqualTo(ExitCode.DONE);
    assertThat(fleet.err.toString()).isEmpty();

    Path directory = Files.createDirectories(root.resolve("directory"));
    assertThat(fleet.run("--output", "" + directory)).isEqualTo(ExitCode.BAD_DATA);
    assertThat(fleet.err.toString()).contains("directory: expected a file");
  }

  /** slurmctld is not root. */
  @Test
  void aListKeepsTheModeThatItsReadersNeed() throws IOException {
    slurmConf();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(output)))
        .isEqualTo("rw-r--r--");
    Files.setPosixFilePermissions(output, PosixFilePermissions.fromString("rw-rw-r--"));
    slurmConf();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(output)))
        .isEqualTo("rw-rw-r--");
  }

  @Test
  void aNameThatIsNowhereIsSaid() {
    slurmConf();
    assertThat(
            fleet.run(
                "--output", "" + output, "--leave-out", "gpu[1-3]", "--accept-removal", "gpu01,x"))
        .isEqualTo(ExitCode.DONE);
    assertThat(fleet.err.toString())
        .isEqualTo(
            """
            sobre: --leave-out: gpu[1-3]: no document and no list has such a node
            sobre: --accept-removal: x: no document and no list has such a node
            """);
  }

  /** Whoever may write there would have root read any file for them. */
  @Test
  void linksAreNotFollowed() throws IOException {
    Path secret = Files.writeString(root.resolve("shadow"), "root:secret:1::\n");
    Files.createDirectories(fleet.ledger.resolve("gpu03"));
    Files.createSymbolicLink(fleet.ledger.resolve("gpu03/node.json"), secret);
    Files.createSymbolicLink(fleet.ledger.resolve("gpu04"), fleet.ledger.resolve("gpu01"));
    Files.createSymbolicLink(fleet.ledger.resolve("gpu05.json"), Path.of("nowhere"));
    assertThat(fleet.run()).isEqualTo(ExitCode.BAD_DATA);
    assertThat(fleet.err.toString())
        .contains("gpu03/node.json is not used: expected a file", "gpu04 is not used: expected")
        .contains("gpu05.json is not used: expected a file", "--leave-out gpu[03-05]")
        .doesNotContain("secret");
    assertThat(fleet.run("--leave-out", "gpu[03-05]")).isEqualTo(ExitCode.DONE);
  }

  @Test
  void aSignOfLifeThatIsToComeIsNamed() throws IOException {
    Instant toCome = Instant.now().plus(Duration.ofDays(400));
    Files.setLastModifiedTime(fleet.ledger.resolve("gpu01/node.json"), FileTime.from(toCome));
    assertThat(fleet.run()).isEqualTo(ExitCode.DONE);
    assertThat(fleet.err.toString())
        .contains("gpu01: its last sign of life is of " + toCome.toString().substring(0, 10))
        .endsWith("set its clock\n");
  }

  /** U+009B begins a command to a terminal, U+202E turns what follows. */
  @Test
  void wordsFromOutsideReachTheTerminalAsPlainText() throws IOException {
    Path previous =
        Files.writeString(
            root.resolve("old.json"),
            "{\"groups\":[{\"names\":[\"a\u009b31m\u202eb\\nc\u2028d\"],\"gpus\":[]}]}");
    assertThat(fleet.run("--previous", "" + previous)).isEqualTo(ExitCode.BAD_DATA);
    assertThat(fleet.err.toString())
        .startsWith("sobre: a 31m b c d: is gone\nsobre: ")
        .endsWith("--accept-removal a 31m b c d\n");
  }

  private int slurmConf() {
    return fleet.run("--format", "slurm.conf", "--output", "" + output);
  }

  private void registersItself(String node) throws IOException {
    Files.writeString(
        fleet.ledger.resolve(node).resolve("node.json"),
        SmallFleet.document(node, "rtx_4090")
            .replaceFirst("\"v\":1,", "$0\"registersItself\":true,"));
  }
}
