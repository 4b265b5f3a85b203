package org.sobre.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sobre.hardware.json.JsonObject;
import org.sobre.hardware.json.JsonShapeException;
import org.sobre.hardware.probe.ToolResult.Ending;
import org.yaml.snakeyaml.Yaml;

/** {@code discover} and {@code doctor} on a small machine of files. */
class NodeCommandsTest {

  @TempDir Path root;
  private SmallMachine machine;

  @BeforeEach
  void oneCardOnTheBus() throws IOException {
    machine = new SmallMachine(root);
  }

  @Test
  void discoverPrintsATable() {
    assertThat(machine.run("discover")).isEqualTo(ExitCode.DONE);
    assertThat(machine.out.toString().lines().toList())
        .containsExactly(
            "Node    n042, Dell Inc. 0N051F",
            "CPU     Intel(R) Xeon(R) CPU E5620, 1 socket, 4 cores, 8 threads",
            "Memory  25.2 GB",
            "Meters  1 gpu (nvidia-smi)",
            "",
            "GPU  MODEL                    VRAM GB  FREE GB  DEVICE        PCI BUS ID    STATE"
                + "  OFFERED",
            "  0  NVIDIA GeForce RTX 4090     25.8     25.3  /dev/nvidia0  0000:01:00.0  ok   "
                + "  yes");
    assertThat(machine.err.toString()).isEmpty();
  }

  @Test
  void discoverPrintsTheRowsOfTwoVendorsInColumns() throws IOException {
    machine.amdCard();
    assertThat(machine.run("discover")).isEqualTo(ExitCode.DONE);
    assertThat(machine.out.toString().lines().skip(3).toList())
        .containsExactly(
            "Meters  1 gpu (amdgpu-hwmon), 1 gpu (nvidia-smi)",
            "",
            "GPU  MODEL                    VRAM GB  FREE GB  DEVICE               PCI BUS ID    STATE"
                + "  OFFERED",
            "  0  NVIDIA GeForce RTX 4090     25.8     25.3  /dev/nvidia0         0000:01:00.0  ok   "
                + "  yes",
            "  1  AMD Instinct MI210          68.7     68.7  /dev/dri/renderD128  0000:c3:00.0  ok   "
                + "  yes");
    assertThat(machine.err.toString()).isEmpty();
  }

  @Test
  void gresNamesTheRenderNodeOfAnAmdCard() throws IOException {
    Files.delete(root.resolve("sys/bus/pci/devices/0000:01:00.0/class"));
    machine.nvidiaSmi = SmallMachine.ended(Ending.NOT_FOUND);
    machine.amdCard();
    assertThat(machine.run("gres")).isEqualTo(ExitCode.DONE);
    assertThat(machine.out.toString())
        .contains("Name=gpu Type=amd_instinct_mi210 File=/dev/dri/renderD128 Flags=amd_gpu_env\n");
  }

  @Test
  void doctorShowsTheAmdToolsThatWereAsked() throws IOException {
    machine.amdCard();
    assertThat(machine.run("doctor")).isEqualTo(ExitCode.DONE);
    assertThat(machine.out.toString())
        .containsPattern("amd-smi +ok +0\\.02 +driver 6\\.14\\.0-24-generic")
        .contains("Verdict: nothing needs attention");
  }

  @Test
  void discoverPrintsJsonAndYamlOfOneContent() throws JsonShapeException {
    assertThat(machine.run("discover", "--format", "json")).isEqualTo(ExitCode.DONE);
    JsonObject gpu = JsonObject.parse(machine.out.toString()).objects("gpus").get(0);
    assertThat(gpu.requiredString("device")).isEqualTo("/dev/nvidia0");
    assertThat(gpu.requiredInteger("memoryTotalMiB")).isEqualTo(24564);
    assertThat(gpu.bool("offered")).contains(true);

    machine.out.getBuffer().setLength(0);
    assertThat(machine.run("discover", "--format", "yaml")).isEqualTo(ExitCode.DONE);
    Map<String, Object> yaml = new Yaml().load(machine.out.toString());
    assertThat(yaml).containsEntry("node", "n042").containsKeys("gpus", "cpu", "probes");
  }

  @Test
  void discoverListsACardThatCannotBeReadAndWarns() {
    machine.nvidiaSmi = SmallMachine.ended(Ending.TIMED_OUT);
    assertThat(machine.run("discover")).isEqualTo(ExitCode.DONE);
    assertThat(machine.out.toString())
        .contains("NVIDIA GPU 10de:2684", "unreadable", "no: unreadable");
    assertThat(machine.err.toString())
        .contains("sobre: nvidia-smi: gave no answer within", "sobre: GPU 0 (0000:01:00.0): ");
  }

  @Test
  void discoverSaysThatANodeHasNoGpu() throws IOException {
    Files.delete(root.resolve("sys/bus/pci/devices/0000:01:00.0/class"));
    machine.nvidiaSmi = SmallMachine.ended(Ending.NOT_FOUND);
    assertThat(machine.run("discover")).isEqualTo(ExitCode.DONE);
    assertThat(machine.out.toString()).contains("No GPU: this is a CPU-only node.");
    assertThat(machine.err.toString()).isEmpty();
  }

  @Test
  void doctorIsContentWithAGoodNode() {
    assertThat(machine.run("doctor")).isEqualTo(ExitCode.DONE);
    assertThat(machine.out.toString())
        .contains("nvidia-smi  ok", "driver 535.54.03", "Note: scontrol: not on PATH")
        .endsWith("Verdict: nothing needs attention.\n");
  }

  @Test
  void doctorNamesWhatTheNodeHasPublishedAsMissingOrRefused() throws IOException {
    machine.write(
        "run/sobre/slurm/node.json",
        """
        {"v":1,"missing":[{"device":"GPU-1","pciBusId":"0000:81:00.0","model":"NVIDIA L4",
         "since":"2026-11-20T08:00:00Z","drained":true}],"refused":"slurmd -G: duplicate device"}
        """);
    assertThat(machine.run("doctor")).isEqualTo(ExitCode.UNAVAILABLE);
    assertThat(machine.out.toString())
        .contains(
            "Problem: GPU: NVIDIA L4 at 0000:81:00.0 (GPU-1) is missing since 2026-11-20T08:00:00Z",
            "Problem: gres: slurmd would not read",
            "slurmd -G: duplicate device");
  }

  @Test
  void doctorSaysWhichModelIsNotInTheCatalogue() throws IOException {
    machine.write(
        "usr/share/sobre/gpu-catalog.yaml",
        "models: [{vendor: nvidia, model: Tesla T4, family: gpgpu}]\n");
    assertThat(machine.run("doctor")).isEqualTo(ExitCode.DONE);
    assertThat(machine.out.toString())
        .contains("Note: GPU 0 (NVIDIA GeForce RTX 4090): is not in the GPU catalogue")
        .contains("      - vendor: nvidia\n        model: \"NVIDIA GeForce RTX 4090\"\n")
        .contains("pciIds: [\"10de:2684\"]");
    machine.write(
        "etc/sobre/gpu-catalog.yaml",
        "models: [{vendor: nvidia, model: GeForce RTX 4090, family: gamer}]\n");
    assertThat(machine.run("discover", "--format", "json")).isEqualTo(ExitCode.DONE);
    assertThat(machine.out.toString()).contains("\"family\" : \"gamer\"");
  }

  @Test
  void doctorSaysWhatToDo() throws IOException {
    machine.nvidiaSmi =
        SmallMachine.exited(9, "NVIDIA-SMI has failed because it couldn't communicate.\n");
    machine.write("sobre.yaml", "schema: sobre/1\ndiscovery: {deadine: 3s}\nmeters: {x: 1}\n");
    assertThat(machine.run("doctor")).isEqualTo(ExitCode.UNAVAILABLE);
    assertThat(machine.out.toString())
        .contains(
            "exit status 9",
            "modprobe nvidia",
            "did you mean \"deadline\"?",
            "meters.x: unknown key")
        .endsWith("Verdict: 4 problems need attention.\n");
  }

  /** No card of theirs, no tool: but somebody wrote down where it is, and it is not. */
  @Test
  void aToolThatIsConfiguredAndNotThereIsAProblem() throws IOException {
    Path text = machine.write("opt/rocm-smi.txt", "no program\n");
    machine.write(
        "sobre.yaml",
        """
        schema: sobre/1
        discovery:
          tools:
            amdSmi: /opt/rocm/bin/amd-smi
            rocmSmi: %s
            nvidiaSmi: nvidia-smi
        nodes:
          - {match: "elsewhere", set: {discovery: {tools: {nvidiaSmi: /no/nvidia-smi}}}}
        """
            .formatted(text));
    assertThat(machine.run("doctor")).isEqualTo(ExitCode.UNAVAILABLE);
    assertThat(machine.out.toString())
        .contains(
            "sobre.yaml:4:5: discovery.tools.amdSmi: expected a program that can be run,"
                + " found no file /opt/rocm/bin/amd-smi; correct the path,",
            "sobre.yaml:5:5: discovery.tools.rocmSmi: expected a program that can be run,"
                + " found that "
                + text
                + " is no executable file;")
        .endsWith("Verdict: 2 problems need attention.\n");
    assertThat(machine.run("discover")).isEqualTo(ExitCode.DONE);
  }

  @Test
  void doctorsTableHasEveryToolThatWasAskedFor() {
    assertThat(machine.run("doctor")).isEqualTo(ExitCode.DONE);
    assertThat(machine.out.toString())
        .containsPattern("(?m)^amd-smi +absent .* is not installed, or not on PATH *$")
        .containsPattern("(?m)^rocm-smi +absent .* is not installed, or not on PATH *$");
  }

  @Test
  void doctorSaysWhatACardWithoutItsDeviceFileMeans() throws IOException {
    Files.delete(root.resolve("dev/nvidia0"));
    assertThat(machine.run("doctor")).isEqualTo(ExitCode.UNAVAILABLE);
    assertThat(machine.out.toString())
        .contains(
            "Problem: GPU 0 (0000:01:00.0): not offered to Slurm (no-device-file), since no job"
                + " could open it: expected the device file /dev/nvidia0, found none; try:"
                + " nvidia-modprobe -c=0");
  }
}
