package org.sobre.slurm.registration;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The loop beside slurmd, with a sobre that ends as it is told and a sleep that only says so. */
class AfterSlurmdTest {

  @TempDir private Path root;

  @Test
  void asksAgainUntilItIsSettledAndARefusalLessOften() throws Exception {
    assertThat(run(69, 77, 74, 124, 137, 0))
        .containsExactly("sleep 30", "sleep 300", "sleep 30", "sleep 30", "sleep 30", "ended 0");
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 64, 65, 70, 78, 127})
  void whatOnlyAPersonCanPutRightEndsIt(int status) throws Exception {
    assertThat(run(status)).containsExactly("ended " + status);
  }

  /** What it said, without the commands that it gave, which are checked here. */
  private List<String> run(int... statuses) throws IOException, InterruptedException {
    StringBuilder left = new StringBuilder();
    for (int status : statuses) {
      left.append(status).append('\n');
    }
    Files.writeString(root.resolve("left"), left);
    program("sleep", "echo sleep $*");
    // takes its statuses one after another from the file
    program(
        "sobre",
        "cd "
            + root
            + "; echo sobre $*; read -r status < left; sed -i 1d left; exit ${status:-99}");
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of("src/main/hooks/after-slurmd").toAbsolutePath().toString(),
            root.resolve("sobre").toString());
    builder.environment().put("PATH", root + ":/usr/bin:/bin");
    Process process = builder.redirectErrorStream(true).start();
    List<String> said =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
            .lines()
            .toList();
    List<String> asked = said.stream().filter(line -> line.startsWith("sobre")).toList();
    assertThat(asked).hasSize(statuses.length).containsOnly("sobre node register --after-slurmd");
    String end = "ended " + process.waitFor();
    return Stream.concat(said.stream().filter(line -> !asked.contains(line)), Stream.of(end))
        .toList();
  }

  private void program(String name, String body) throws IOException {
    Path file = root.resolve(name);
    Files.writeString(file, "#!/bin/sh\n" + body + "\n");
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }
}
