package org.sobre.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Locale.Category;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code sobre gres --fleet}: nothing is lost and nothing odd is written unless somebody said so.
 */
class FleetGresTest {

  @TempDir private Path root;
  private Path ledger;
  private Path output;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeEach
  void threeNodes() throws IOException {
    ledger = Files.createDirectories(root.resolve("ledger"));
    output = root.resolve("nodes.conf");
    node("gpu01", "rtx_4090", "rtx_4090");
    node("gpu02", "rtx_4090", "rtx_4090");
    node("cpu1");
  }

  @Test
  void allNodesGoToStandardOutputOrToAFile() throws IOException {
    assertThat(run("--format", "slurm.conf")).isEqualTo(ExitCode.DONE);
    assertThat(out.toString()).contains("\nNodeName=gpu[01-02] CPUs=8", "\nNodeName=cpu1 CPUs=8");
    assertThat(err.toString()).isEmpty();
    String printed = out.toString();

    assertThat(run("--format", "slurm.conf", "--output", output.toString()))
        .isEqualTo(ExitCode.DONE);
    assertThat(output).hasContent(printed);
    assertThat(out.toString()).isEqualTo(output + ": 3 nodes in 2 lines\n");
  }

  @Test
  void gresConfAndJsonAreOfTheSameNodes() {
    assertThat(run()).isEqualTo(ExitCode.DONE);
    assertThat(out.toString())
        .contains("\nNodeName=gpu[01-02] Name=gpu Type=rtx_4090 File=/dev/nvidia0");
    assertThat(run("--format", "json")).isEqualTo(ExitCode.DONE);
    assertThat(out.toString()).contains("\"nodes\" : \"gpu[01-02]\"", "\"count\" : 2");
  }

  @Test
  void aFleetThatWouldShrinkIsNotWrittenUntilItIsSaidToBeMeant() throws IOException {
    run("--format", "slurm.conf", "--output", output.toString());
    String before = Files.readString(output);
    node("gpu01", "rtx_4090");
    node("gpu02", "l4", "l4");
    Files.delete(ledger.resolve("cpu1/node.json"));

    assertThat(run("--format", "slurm.conf", "--output", output.toString()))
        .isEqualTo(ExitCode.BAD_DATA);
    assertThat(err.toString().lines().toList())
        .containsExactly(
            "sobre: cpu1: is gone",
            "sobre: gpu01: had gpu:rtx_4090:2, has gpu:rtx_4090:1 now",
            "sobre: gpu02: had gpu:rtx_4090:2, has gpu:l4:2 now",
            "sobre: nothing was written: these nodes are lost or have less than before:"
                + " cpu1,gpu[01-02]; if it is meant: --accept-removal cpu1,gpu[01-02]");
    assertThat(output).hasContent(before);

    assertThat(
            run(
                "--format",
                "slurm.conf",
                "--output",
                "" + output,
                "--accept-removal",
                "gpu[01-02]"))
        .isEqualTo(ExitCode.BAD_DATA);
    assertThat(err.toString()).contains("--accept-removal cpu1").doesNotContain("gpu01: had");

    assertThat(
            run(
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
    assertThat(err.toString()).isEqualTo("sobre: without a document, and so in no line: cpu1\n");
  }

  @Test
  void aSitesOwnListIsNotShrunkEither() throws IOException {
    Path site =
        Files.writeString(
            root.resolve("slurm.conf"),
            "NodeName=gpu[01-02] Gres=gpu:rtx_4090:2\nNodeName=old[1-2] Gres=gpu:k80:2\n");
    assertThat(run("--format", "slurm.conf", "--previous", site.toString()))
        .isEqualTo(ExitCode.BAD_DATA);
    assertThat(out.toString()).isEmpty();
    assertThat(err.toString())
        .contains("old1: is gone, it had gpu:k80:2", "--accept-removal old[1-2]");
    assertThat(run("--previous", site.toString(), "--accept-removal", "all"))
        .isEqualTo(ExitCode.DONE);
    Files.writeString(site, "NodeName=n[1-\n");
    assertThat(run("--previous", site.toString())).isEqualTo(ExitCode.BAD_DATA);
    assertThat(err.toString())
        .contains("slurm.conf cannot be compared with: line 1: expected names");
  }

  @Test
  void documentsThatCannotBeUsedAreNamedAndNothingIsWrittenWithoutBeingTold() throws IOException {
    Files.writeString(ledger.resolve("gpu01/node.json"), document("gpu02", "rtx_4090"));
    Files.createDirectories(ledger.resolve("evil"));
    Files.writeString(
        ledger.resolve("evil/node.json"), document("evil", "rtx\\nNodeName=ctl Gres=gpu:8"));
    Files.writeString(ledger.resolve("cpu1.json"), document("cpu1"));
    node("half");
    Files.writeString(ledger.resolve("half/node.json"), "{\"v\":1,\"node\":\"ha");

    assertThat(run("--format", "slurm.conf")).isEqualTo(ExitCode.BAD_DATA);
    assertThat(out.toString()).isEmpty();
    assertThat(err.toString().lines())
        .hasSize(5)
        .anySatisfy(line -> assertThat(line).contains("cpu1", "there is also"))
        .anySatisfy(line -> assertThat(line).contains("evil/node.json", "type"))
        .anySatisfy(
            line -> assertThat(line).contains("gpu01/node.json", "expected the name of its place"))
        .anySatisfy(line -> assertThat(line).contains("half/node.json", "not valid JSON"))
        .last()
        .asString()
        .endsWith("or without them: --leave-out cpu1,evil,gpu01,half");

    assertThat(run("--format", "slurm.conf", "--leave-out", "cpu1,evil,gpu01,half"))
        .isEqualTo(ExitCode.DONE);
    assertThat(out.toString()).contains("NodeName=gpu02").doesNotContain("ctl", "gpu01", "cpu1");
  }

  @Test
  void nodesThatFellSilentAreNamedByTheirLastSignOfLife() throws IOException {
    FileTime longAgo = FileTime.from(Instant.now().minus(Duration.ofDays(30)));
    for (String node : List.of("gpu01", "gpu02")) {
      Files.setLastModifiedTime(ledger.resolve(node).resolve("node.json"), longAgo);
    }
    Files.writeString(ledger.resolve("gpu02/checkpoint.5f0c1c1e.json"), "{}");

    assertThat(run("--stale-after", "20")).isEqualTo(ExitCode.DONE);
    assertThat(err.toString())
        .isEqualTo(
            "sobre: gpu01: wrote nothing for 30 days, its document is of 2020-11-20T14:00:00Z;"
                + " if it has gone: --leave-out gpu01\n");
    assertThat(run("--stale-after", "40")).isEqualTo(ExitCode.DONE);
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void wrongUseIsTold() throws IOException {
    assertThat(run("--format", "slurmd")).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains("with --fleet expected one of gres.conf, slurm.conf, json");
    assertThat(run("--stale-after", "0")).isEqualTo(ExitCode.USAGE);
    assertThat(run("--leave-out", "n[1-")).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains("--leave-out: expected names of nodes as gpu[01-03],old7");
    assertThat(command("gres", "--output", "x")).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains("--fleet=DIR");
    assertThat(command("gres", "--fleet", root.resolve("nowhere").toString()))
        .isEqualTo(ExitCode.INPUT_OUTPUT);
    Path empty = Files.createDirectories(root.resolve("empty"));
    assertThat(command("gres", "--fleet", empty.toString())).isEqualTo(ExitCode.BAD_DATA);
    assertThat(err.toString()).contains("expected documents of nodes");
    assertThat(run("--output", root.resolve("no/such").toString()))
        .isEqualTo(ExitCode.INPUT_OUTPUT);
    assertThat(err.toString()).contains("its directory is not there");
  }

  @Test
  void peopleAreAnsweredInFrenchAndSlurmIsNot() throws IOException {
    Locale before = Locale.getDefault(Category.DISPLAY);
    run("--format", "slurm.conf", "--output", output.toString());
    String english = Files.readString(output);
    try {
      Locale.setDefault(Category.DISPLAY, Locale.FRANCE);
      assertThat(run("--format", "slurm.conf")).isEqualTo(ExitCode.DONE);
      assertThat(out.toString()).isEqualTo(english);
      node("gpu01");
      assertThat(run("--format", "slurm.conf", "--output", "" + output))
          .isEqualTo(ExitCode.BAD_DATA);
      assertThat(err.toString()).contains("gpu01 : avait gpu:rtx_4090:2, n'a plus de GPU");
    } finally {
      Locale.setDefault(Category.DISPLAY, before);
    }
  }

  private int run(String... options) {
    String[] words = new String[options.length + 3];
    words[0] = "gres";
    words[1] = "--fleet";
    words[2] = ledger.toString();
    System.arraycopy(options, 0, words, 3, options.length);
    return command(words);
  }

  private int command(String... words) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    return Main.run(
        SobreCommand.commandLine()
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(err, true)),
        words);
  }

  private void node(String node, String... types) throws IOException {
    Path directory = Files.createDirectories(ledger.resolve(node));
    Files.writeString(directory.resolve("node.json"), document(node, types));
  }

  private static String document(String node, String... types) {
    return """
        {"v":1,"node":"%s","boot":"b","at":"2020-11-20T14:00:00Z","digest":"0","gres":[%s],
         "features":[],"gpus":[%s],"memoryMiB":24000,
         "cpu":{"model":"m","sockets":1,"cores":4,"threads":8}}
        """
        .formatted(
            node,
            each(
                types,
                """
                {"position":%1$s,"name":"gpu","type":"%2$s","file":"/dev/nvidia%1$s","device":"GPU-%1$s"}
                """),
            each(
                types,
                """
                {"vendor":"nvidia","model":"m","uuid":"GPU-%1$s","pciBusId":"0000:0%1$s:00.0","state":"ok"}
                """));
  }

  private static String each(String[] types, String form) {
    return IntStream.range(0, types.length)
        .mapToObj(i -> form.formatted(String.valueOf(i), types[i]))
        .collect(Collectors.joining(","));
  }
}
