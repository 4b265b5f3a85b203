package org.sobre.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sobre.hardware.json.JsonObject;
import org.sobre.hardware.json.JsonShapeException;
import org.sobre.slurm.gres.SlurmdProof.Outcome;
import org.sobre.slurm.gres.SlurmdProof.Verdict;

/** {@code gres} and {@code node} on a small machine with a card in order and a lost one. */
class SlurmCommandsTest {

  @TempDir private Path root;
  private SmallSlurmNode node;

  @BeforeEach
  void oneCardAndALostOne() throws IOException {
    node = new SmallSlurmNode(root);
  }

  @Test
  void aNodeIsToldThatNoSlurmdReadItsDescriptionAndAStationIsNot() throws IOException {
    node.verdict = new Verdict(Outcome.NOT_TRIED, "no slurmd can be run here");
    assertThat(node.run("node", "publish")).isEqualTo(ExitCode.DONE);
    assertThat(node.out.toString()).contains("gpu:nvidia_geforce_rtx_4090:1");
    assertThat(node.err.toString())
        .contains("slurmd was not asked whether it reads the description: no slurmd can be run");
    node.err.getBuffer().setLength(0);
    node.write("sobre.yaml", "schema: sobre/1\n");
    assertThat(node.run("node", "publish")).isEqualTo(ExitCode.DONE);
    assertThat(node.err.toString()).doesNotContain("was not asked");
  }

  /** By which a list of all nodes leaves it out: docs/fleet.md. */
  @ParameterizedTest
  @CsvSource({
    "'{controller: ctl}', true",
    "'{controller: ctl, actOnNodes: false}', false",
    "'{}', false"
  })
  void theDocumentSaysWhetherTheNodeRegistersItself(String slurm, boolean itself)
      throws IOException, JsonShapeException {
    node.write("sobre.yaml", "schema: sobre/1\nslurm: " + slurm + "\n");
    assertThat(node.run("node", "publish")).isEqualTo(ExitCode.DONE);
    String json = Files.readString(root.resolve("run/sobre/slurm/node.json"));
    assertThat(JsonObject.parse(json).bool("registersItself")).contains(itself);
  }

  @Test
  void aRefusedDescriptionGivesNoGpuAndSaysWhy() {
    node.verdict = new Verdict(Outcome.REFUSED, "slurmd -G: duplicate device file");
    assertThat(node.run("node", "publish")).isEqualTo(ExitCode.DONE);
    assertThat(node.out.toString()).doesNotContain("rtx_4090");
    assertThat(node.err.toString()).contains("slurmd -G: duplicate device file");
  }

  @Test
  void gresPrintsTheFragmentAndNamesTheLostCard() {
    assertThat(node.run("gres")).isEqualTo(ExitCode.DONE);
    assertThat(node.out.toString())
        .endsWith(
            "\nName=gpu Type=nvidia_geforce_rtx_4090 File=/dev/nvidia0 Flags=nvidia_gpu_env\n");
    assertThat(node.err.toString())
        .startsWith("sobre: GPU 0000:02:00.0 is not given to Slurm: ")
        .hasLineCount(1);
  }

  @Test
  void gresHasAFormatForEachReader() {
    assertThat(node.run("gres", "--format", "slurmd")).isEqualTo(ExitCode.DONE);
    assertThat(node.out.toString())
        .startsWith("Gres=gpu:nvidia_geforce_rtx_4090:1 Feature=vram_ge_2g,")
        .contains("vram_ge_24g,", "gpu_family_ada");
    assertThat(node.run("gres", "--format", "slurm.conf")).isEqualTo(ExitCode.DONE);
    assertThat(node.out.toString())
        .contains("AccountingStorageTRES=gres/gpu,gres/gpu:nvidia_geforce_rtx_4090");
  }

  @Test
  void gresNamesTheFormatsWhenOneIsMistyped() {
    assertThat(node.run("gres", "--format", "slurmconf")).isEqualTo(ExitCode.USAGE);
    assertThat(node.err.toString())
        .contains("expected one of gres.conf, slurmd, node, slurm.conf, json, found \"slurmconf\"");
  }

  @Test
  void aBootPublishesAndRegisters() throws IOException {
    assertThat(node.run("node", "publish")).isEqualTo(ExitCode.DONE);
    assertThat(node.out.toString()).startsWith("n042: gpu:nvidia_geforce_rtx_4090:1; written to ");
    assertThat(Files.readString(node.published("slurmd.env")))
        .startsWith("SLURMD_OPTIONS=\"-Z --conf-server ctl:6817 --conf 'Gres=gpu:");
    assertThat(Files.readString(node.published("node.json")))
        .contains("\"slurmVersion\" : \"22.05.8\"");

    assertThat(node.run("node", "register")).isEqualTo(ExitCode.DONE);
    assertThat(node.out.toString()).contains("Slurm does not know n042 yet: slurmd will create it");
    node.record = Optional.of(SmallSlurmNode.RECORD);
    assertThat(node.run("node", "register", "--after-slurmd")).isEqualTo(ExitCode.DONE);
    assertThat(node.out.toString())
        .contains("1 of 2 GPUs is missing", "set on n042: {Comment=sobre=");
  }

  @Test
  void whatTheBusShowsAndWhatDoesNotWorkIsMissed() throws IOException {
    assertThat(node.run("node", "publish")).isEqualTo(ExitCode.DONE);
    assertThat(node.err.toString()).contains("sobre: missing since ", "at 0000:02:00.0");
    assertThat(Files.readString(node.published("node.json"))).contains("\"missing\" : [ {");
  }

  @Test
  void slurmdFindsAFragmentAndItsOptionsWhateverBecomesOfTheScan() throws IOException {
    Files.delete(root.resolve("proc/sys/kernel/random/boot_id"));
    assertThat(node.run("node", "publish")).isEqualTo(ExitCode.INPUT_OUTPUT);
    assertThat(node.published("gres.conf")).exists().isEmptyFile();
    assertThat(Files.readString(node.published("slurmd.env")))
        .isEqualTo("SLURMD_OPTIONS=\"-Z --conf-server ctl:6817\"\n");
  }

  @Test
  void aControllerThatIsAwayIsToBeAskedAgainOnceSlurmdRuns() {
    assertThat(node.run("node", "publish")).isEqualTo(ExitCode.DONE);
    node.record = Optional.of("");
    assertThat(node.run("node", "register")).isEqualTo(ExitCode.DONE);
    assertThat(node.run("node", "register", "--after-slurmd")).isEqualTo(ExitCode.UNAVAILABLE);
    assertThat(node.out.toString()).contains("did not answer");
  }

  @Test
  void registeringBeforePublishingSaysWhatToDo() {
    assertThat(node.run("node", "register")).isEqualTo(ExitCode.UNAVAILABLE);
    assertThat(node.err.toString())
        .contains("node.json is not there: run `sobre node publish` first");
  }

  @Test
  void aDamagedDocumentIsNamed() throws IOException {
    node.write("run/sobre/slurm/node.json", "{\"v\":1,");
    assertThat(node.run("node", "register")).isEqualTo(ExitCode.BAD_DATA);
    assertThat(node.err.toString())
        .contains("node.json: not valid JSON", "run `sobre node publish`");
  }

  @Test
  void aStationIsPublishedForItsDaemonAndHasNothingToRegister() throws IOException {
    node.write("sobre.yaml", "schema: sobre/1\n");
    assertThat(node.run("node", "publish")).isEqualTo(ExitCode.DONE);
    assertThat(node.published("node.json")).exists();
    assertThat(node.published("slurmd.env")).doesNotExist();

    assertThat(node.run("node", "register")).isEqualTo(ExitCode.DONE);
    assertThat(node.out.toString())
        .isEqualTo("a station: slurm.controller is not set, nothing to register\n");
  }
}
