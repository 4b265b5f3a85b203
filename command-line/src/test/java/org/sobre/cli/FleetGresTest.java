package org.sobre.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Locale.Category;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code sobre gres --fleet}: nothing is lost and nothing odd is written unless somebody said so.
 */
class FleetGresTest {

  @TempDir private Path root;
  private SmallFleet fleet;
  private Path ledger;
  private Path output;

  @BeforeEach
  void threeNodes() throws IOException {
    fleet = new SmallFleet(root);
    ledger = fleet.ledger;
    output = root.resolve("nodes.conf");
    fleet.node("gpu01", "rtx_4090", "rtx_4090");
    fleet.node("gpu02", "rtx_4090", "rtx_4090");
    fleet.node("cpu1");
  }

  @Test
  void allNodesGoToStandardOutputOrToAFile() throws IOException {
    assertThat(fleet.run("--format", "slurm.conf")).isEqualTo(ExitCode.DONE);
    assertThat(fleet.out.toString())
        .contains("\nNodeName=gpu[01-02] CPUs=8", "\nNodeName=cpu1 CPUs=8");
    assertThat(fleet.err.toString()).isEmpty();
    String printed = fleet.out.toString();

    assertThat(fleet.run("--format", "slurm.conf", "--output", output.toString()))
        .isEqualTo(ExitCode.DONE);
    assertThat(output).hasContent(printed);
    assertThat(fleet.out.toString()).isEqualTo(output + ": 3 nodes in 2 lines\n");
  }

  @Test
  void gresConfAndJsonAreOfTheSameNodes() {
    assertThat(fleet.run()).isEqualTo(ExitCode.DONE);
    assertThat(fleet.out.toString())
        .contains("\nNodeName=gpu[01-02] Name=gpu Type=rtx_4090 File=/dev/nvidia0");
    assertThat(fleet.run("--format", "json")).isEqualTo(ExitCode.DONE);
    assertThat(fleet.out.toString()).contains("\"nodes\" : \"gpu[01-02]\"", "\"count\" : 2");
  }

  @Test
  void aFleetThatWouldShrinkIsNotWrittenUntilItIsSaidToBeMeant() throws IOException {
    fleet.run("--format", "slurm.conf", "--output", output.toString());
    String before = Files.readString(output);
    fleet.node("gpu01", "rtx_4090");
    fleet.node("gpu02", "l4", "l4");
    Files.delete(ledger.resolve("cpu1/node.json"));

    assertThat(fleet.run("--format", "slurm.conf", "--output", output.toString()))
        .isEqualTo(ExitCode.BAD_DATA);
    assertThat(fleet.err.toString().lines().toList())
        .containsExactly(
            "sobre: cpu1: is gone",
            "sobre: gpu01: had gpu:rtx_4090:2, has gpu:rtx_4090:1 now",
            "sobre: gpu02: had gpu:rtx_4090:2, has gpu:l4:2 now",
            "sobre: nothing was written: these nodes are lost or have less than before:"
                + " cpu1,gpu[01-02]; if it is meant: --accept-removal cpu1,gpu[01-02]");
    assertThat(output).hasContent(before);

    assertThat(
            fleet.run(
                "--format",
                "slurm.conf",
                "--output",
                "" + output,
                "--accept-removal",
                "gpu[01-02]"))
        .isEqualTo(ExitCode.BAD_DATA);
    assertThat(fleet.err.toString()).contains("--accept-removal cpu1").doesNotContain("gpu01: had");

    assertThat(
            fleet.run(
                "--format",
                "slurm.conf",
                "--output",
                "" + output,
                "--accept-removal",
                "gpu[01-02],cpu1"))
        .isEqualTo(ExitCode.DONE);
    assertThat(Files.readString(output))
        .contains("NodeName=gpu02", "gpu:l4:2")
        .doesNotContain("cpu1");
    assertThat(fleet.err.toString())
        .isEqualTo("sobre: without a document, and so in no line: cpu1\n");
  }

  @Test
  void aSitesOwnListIsNotShrunkEither() throws IOException {
    Path site =
        Files.writeString(
            root.resolve("slurm.conf"),
            "NodeName=gpu[01-02] Gres=gpu:rtx_4090:2\nNodeName=old[1-2] Gres=gpu:k80:2\n");
    assertThat(fleet.run("--format", "slurm.conf", "--previous", site.toString()))
        .isEqualTo(ExitCode.BAD_DATA);
    assertThat(fleet.out.toString()).isEmpty();
    assertThat(fleet.err.toString())
        .contains("old1: is gone, it had gpu:k80:2", "--accept-removal old[1-2]");
    assertThat(fleet.run("--previous", site.toString(), "--accept-removal", "all"))
        .isEqualTo(ExitCode.DONE);
    Files.writeString(site, "NodeName=n[1-\n");
    assertThat(fleet.run("--previous", site.toString())).isEqualTo(ExitCode.BAD_DATA);
    assertThat(fleet.err.toString())
        .contains("slurm.conf cannot be compared with: line 1: expected names");
  }

  @Test
  void documentsThatCannotBeUsedAreNamedAndNothingIsWrittenWithoutBeingTold() throws IOException {
    Files.writeString(ledger.resolve("gpu01/node.json"), SmallFleet.document("gpu02", "rtx_4090"));
    Files.createDirectories(ledger.resolve("evil"));
    Files.writeString(
        ledger.resolve("evil/node.json"),
        SmallFleet.document("evil", "rtx\\nNodeName=ctl Gres=gpu:8"));
    Files.writeString(ledger.resolve("cpu1.json"), SmallFleet.document("cpu1"));
    fleet.node("half");
    Files.writeString(ledger.resolve("half/node.json"), "{\"v\":1,\"node\":\"ha");

    assertThat(fleet.run("--format", "slurm.conf")).isEqualTo(ExitCode.BAD_DATA);
    assertThat(fleet.out.toString()).isEmpty();
    assertThat(fleet.err.toString().lines())
        .hasSize(5)
        .anySatisfy(line -> assertThat(line).contains("cpu1", "there is also"))
        .anySatisfy(line -> assertThat(line).contains("evil/node.json", "type"))
        .anySatisfy(
            line -> assertThat(line).contains("gpu01/node.json", "expected the name of its place"))
        .anySatisfy(line -> assertThat(line).contains("half/node.json", "not valid JSON"))
        .last()
        .asString()
        .endsWith("or without them: --leave-out cpu1,evil,gpu01,half");

    assertThat(fleet.run("--format", "slurm.conf", "--leave-out", "cpu1,evil,gpu01,half"))
        .isEqualTo(ExitCode.DONE);
    assertThat(fleet.out.toString())
        .contains("NodeName=gpu02")
        .doesNotContain("ctl", "gpu01", "cpu1");
  }

  @Test
  void nodesThatFellSilentAreNamedByTheirLastSignOfLife() throws IOException {
    FileTime longAgo = FileTime.from(Instant.now().minus(Duration.ofDays(30)));
    for (String node : List.of("gpu01", "gpu02")) {
      Files.setLastModifiedTime(ledger.resolve(node).resolve("node.json"), longAgo);
    }
    Files.writeString(ledger.resolve("gpu02/checkpoint.5f0c1c1e.json"), "{}");

    assertThat(fleet.run("--stale-after", "20")).isEqualTo(ExitCode.DONE);
    assertThat(fleet.err.toString())
        .isEqualTo(
            "sobre: gpu01: wrote nothing for 30 days, its document is of 2020-11-20T14:00:00Z;"
                + " if it has gone: --leave-out gpu01\n");
    assertThat(fleet.run("--stale-after", "40")).isEqualTo(ExitCode.DONE);
    assertThat(fleet.err.toString()).isEmpty();
  }

  @Test
  void wrongUseIsTold() throws IOException {
    assertThat(fleet.run("--format", "slurmd")).isEqualTo(ExitCode.USAGE);
    assertThat(fleet.err.toString())
        .contains("with --fleet expected one of gres.conf, slurm.conf, json");
    assertThat(fleet.run("--stale-after", "0")).isEqualTo(ExitCode.USAGE);
    assertThat(fleet.run("--leave-out", "n[1-")).isEqualTo(ExitCode.USAGE);
    assertThat(fleet.err.toString())
        .contains("--leave-out: expected names of nodes as gpu[01-03],old7");
    assertThat(fleet.command("gres", "--output", "x")).isEqualTo(ExitCode.USAGE);
    assertThat(fleet.err.toString()).contains("--fleet=DIR");
    assertThat(fleet.command("gres", "--fleet", root.resolve("nowhere").toString()))
        .isEqualTo(ExitCode.INPUT_OUTPUT);
    Path empty = Files.createDirectories(root.resolve("empty"));
    assertThat(fleet.command("gres", "--fleet", empty.toString())).isEqualTo(ExitCode.BAD_DATA);
    assertThat(fleet.err.toString()).contains("expected documents of nodes");
    assertThat(fleet.run("--output", root.resolve("no/such").toString()))
        .isEqualTo(ExitCode.INPUT_OUTPUT);
    assertThat(fleet.err.toString()).contains("its directory is not there");
  }

  @Test
  void peopleAreAnsweredInFrenchAndSlurmIsNot() throws IOException {
    Locale before = Locale.getDefault(Category.DISPLAY);
    fleet.run("--format", "slurm.conf", "--output", output.toString());
    String english = Files.readString(output);
    try {
      Locale.setDefault(Category.DISPLAY, Locale.FRANCE);
      assertThat(fleet.run("--format", "slurm.conf")).isEqualTo(ExitCode.DONE);
      assertThat(fleet.out.toString()).isEqualTo(english);
      fleet.node("gpu01");
      assertThat(fleet.run("--format", "slurm.conf", "--output", "" + output))
          .isEqualTo(ExitCode.BAD_DATA);
      assertThat(fleet.err.toString()).contains("gpu01 : avait gpu:rtx_4090:2, n'a plus de GPU");
    } finally {
      Locale.setDefault(Category.DISPLAY, before);
    }
  }
}
