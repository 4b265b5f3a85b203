package org.sobre.jobs.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a wrapped command finds in its environment: its own, and the cards that are its. */
class ChildEnvironmentTest extends WrappedJob {

  @Test
  void onANodeOfBothVendorsTheCommandHearsOfItsOwnCardsOnly() throws Exception {
    Files.createDirectories(directory.resolve("run/sobre/slurm"));
    Files.writeString(
        directory.resolve("run/sobre/slurm/node.json"),
        """
        {"v":1,"node":"n1","boot":"b","digest":"d","features":[],
         "gres":[{"position":0,"name":"gpu","type":"a","file":"/dev/nvidia0","device":"GPU-aa"},
                 {"position":1,"name":"gpu","type":"b","file":"/dev/dri/renderD128",
                  "device":"AMD-946d7e1ef9b172dd"}],
         "gpus":[{"vendor":"nvidia","model":"a","state":"ok","uuid":"GPU-aa",
                  "pciBusId":"0000:01:00.0"},
                 {"vendor":"amd","model":"b","state":"ok","uuid":"AMD-946d7e1ef9b172dd",
                  "pciBusId":"0000:c3:00.0"}],
         "cpu":{"model":"m","sockets":1,"cores":1,"threads":1},"memoryMiB":1}
        """);
    environment.put("SLURM_JOB_GPUS", "1");
    environment.put("CUDA_VISIBLE_DEVICES", "1");
    environment.put("ROCR_VISIBLE_DEVICES", "1");
    run(
        request(
            Optional.empty(),
            0,
            List.of(
                "sh",
                "-c",
                "echo ${CUDA_VISIBLE_DEVICES-unset} ${ROCR_VISIBLE_DEVICES-unset} > \"$0\"",
                directory.resolve("said").toString())));
    assertThat(directory.resolve("said")).hasContent("unset GPU-946d7e1ef9b172dd");
    assertThat(errors()).contains("sobre: GPUs    1: AMD-946d7e1e");
  }

  @Test
  void theChildSeesTheBusOrderAndNotTheLaunchersVariable() throws Exception {
    environment.put("_JAVA_SR_SIGNUM", "40");
    run(
        request(
            Optional.empty(),
            0,
            List.of("sh", "-c", "env > \"$0\"", directory.resolve("said").toString())));
    assertThat(Files.readString(directory.resolve("said")))
        .contains("CUDA_DEVICE_ORDER=PCI_BUS_ID")
        .doesNotContain("_JAVA_SR_SIGNUM");
  }

  /** The launcher's own, for a JVM that would make question marks of accents. */
  @ParameterizedTest
  @CsvSource({"C, C", "'', unset"})
  void theChildGetsItsOwnLocaleBack(String before, String expected) throws Exception {
    environment.put("LC_ALL", "C.UTF-8");
    environment.put("SOBRE_LC_ALL", before);
    String tell = "echo ${LC_ALL-unset} ${SOBRE_LC_ALL-unset} >\"$0\"";
    String said = directory.resolve("said").toString();
    run(request(Optional.empty(), 0, List.of("sh", "-c", tell, said)));
    assertThat(directory.resolve("said")).hasContent(expected + " unset\n");
  }

  /** The launcher hides them from this JVM, which would not start with every such option. */
  @ParameterizedTest
  @ValueSource(strings = {"JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS"})
  void theChildGetsItsOwnOptionsForJavaBack(String name) throws Exception {
    environment.put("SOBRE_" + name, "-Xmx8g");
    String said = directory.resolve("said").toString();
    run(request(Optional.empty(), 0, List.of("sh", "-c", "env >\"$0\"", said)));
    assertThat(Files.readAllLines(Path.of(said)))
        .contains(name + "=-Xmx8g")
        .noneMatch(line -> line.startsWith("SOBRE_"));
  }
}
