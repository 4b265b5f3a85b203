package org.sobre.hardware.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sobre.hardware.probe.ToolResult.Ending;

class CommonsExecToolRunnerTest {

  private static final Duration GENEROUS = Duration.ofSeconds(20);
  private static final Duration SHORT = Duration.ofMillis(400);

  @TempDir Path directory;

  private final CommonsExecToolRunner runner =
      new CommonsExecToolRunner(
          Map.of("PATH", "/usr/bin:/bin", "CUDA_VISIBLE_DEVICES", "1", "LC_ALL", "fr_FR.UTF-8"),
          1 << 20);

  @AfterEach
  void noThreadIsLeft() {
    await()
        .atMost(Duration.ofSeconds(5))
        .untilAsserted(
            () ->
                assertThat(Thread.getAllStackTraces().keySet())
                    .extracting(Thread::getName)
                    .doesNotContain("sobre-tool"));
  }

  @Test
  void keepsBothStreamsAndTheStatus() throws IOException {
    ToolResult result = run("echo out; echo err >&2; exit 14");
    assertThat(result.ending()).isEqualTo(Ending.EXITED);
    assertThat(result.exitStatus()).isEqualTo(OptionalInt.of(14));
    assertThat(result.stdout()).isEqualTo("out\n");
    assertThat(result.stderr()).isEqualTo("err\n");
    assertThat(result.succeeded()).isFalse();
  }

  @Test
  void passesArgumentsAsTheyAre() throws IOException {
    Path script = script("printf '%s|' \"$@\"");
    ToolResult result =
        runner.run(List.of(script.toString(), "a b", "\"q\"", "${x}", ""), GENEROUS);
    assertThat(result.stdout()).isEqualTo("a b|\"q\"|${x}||");
  }

  @Test
  void hidesNoCardAndSpeaksC() throws IOException {
    Path script = script("echo \"${CUDA_VISIBLE_DEVICES-unset} $LC_ALL $EXTRA\"");
    ToolResult result = runner.run(List.of(script.toString()), Map.of("EXTRA", "yes"), GENEROUS);
    assertThat(result.stdout()).isEqualTo("unset C yes\n");
  }

  @Test
  void givesNoStandardInput() throws IOException {
    assertThat(run("cat; echo end").stdout()).isEqualTo("end\n");
  }

  @Test
  void looksProgramsUpOnPath() {
    assertThat(runner.run(List.of("sh", "-c", "echo found"), GENEROUS).stdout())
        .isEqualTo("found\n");
  }

  @Test
  void saysNotFound() {
    ToolResult result = runner.run(List.of("sobre-has-no-such-tool"), GENEROUS);
    assertThat(result.ending()).isEqualTo(Ending.NOT_FOUND);
    assertThat(result.stderr()).contains("sobre-has-no-such-tool");
  }

  @Test
  void saysNotStartedForAFileThatIsNoProgram() throws IOException {
    Path file = Files.writeString(directory.resolve("plain"), "text");
    ToolResult result = runner.run(List.of(file.toString()), GENEROUS);
    assertThat(result.ending()).isEqualTo(Ending.NOT_STARTED);
    assertThat(result.stderr()).contains(file.toString());
  }

  @Test
  void saysNotStartedWhereTheInterpreterIsMissing() throws IOException {
    Path file = directory.resolve("orphan");
    Files.writeString(file, "#!/no/such/interpreter\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    ToolResult result = runner.run(List.of(file.toString()), GENEROUS);
    assertThat(result.ending()).isEqualTo(Ending.NOT_STARTED);
    assertThat(result.stderr()).contains("orphan");
  }

  @Test
  void killsOneThatIgnoresSigtermWithAllItStarted() throws IOException {
    Path pids = directory.resolve("pids");
    ToolResult result =
        runner.run(
            List.of(
                script(
                        "trap '' TERM; echo before; sh -c 'trap \"\" TERM; echo $$ >> "
                            + pids
                            + "; sleep 300; :' & echo $$ >> "
                            + pids
                            + "; sleep 300; :")
                    .toString()),
            SHORT);
    assertThat(result.ending()).isEqualTo(Ending.TIMED_OUT);
    assertThat(result.exitStatus()).isEmpty();
    assertThat(result.stdout()).isEqualTo("before\n");
    assertThat(result.took()).isLessThan(SHORT.plusSeconds(3));
    List<String> lines = Files.readAllLines(pids);
    assertThat(lines).hasSize(2);
    lines.forEach(pid -> awaitGone(Long.parseLong(pid)));
  }

  @Test
  void doesNotWaitForAGrandchildThatHoldsThePipe() throws IOException {
    ToolResult result = run("sleep 300 & echo $!; exit 0");
    assertThat(result.ending()).isEqualTo(Ending.EXITED);
    assertThat(result.took()).isLessThan(Duration.ofSeconds(10));
    long grandchild = Long.parseLong(result.stdout().strip());
    ProcessHandle.of(grandchild).ifPresent(ProcessHandle::destroyForcibly);
    awaitGone(grandchild);
  }

  @Test
  void stopsAFlood() throws IOException {
    ToolResult result = run("while :; do echo 0123456789012345678901234567890123456789; done");
    assertThat(result.ending()).isEqualTo(Ending.TOO_MUCH_OUTPUT);
    assertThat(result.stdout().length()).isEqualTo(1 << 20);
    assertThat(result.took()).isLessThan(GENEROUS);
  }

  @Test
  void losesNoByteOfALongAnswer() throws IOException {
    StringBuilder expected = new StringBuilder();
    for (int i = 1; i <= 50_000; i++) {
      expected.append(i).append('\n');
    }
    assertThat(run("seq 1 50000").stdout()).isEqualTo(expected.toString());
  }

  @Test
  void anInterruptionEndsTheTool() throws IOException {
    Thread.currentThread().interrupt();
    ToolResult result = run("sleep 300");
    assertThat(Thread.interrupted()).isTrue();
    assertThat(result.ending()).isEqualTo(Ending.TIMED_OUT);
  }

  private ToolResult run(String body) throws IOException {
    return runner.run(List.of(script(body).toString()), GENEROUS);
  }

  private Path script(String body) throws IOException {
    Path script = Files.createTempFile(directory, "tool", ".sh");
    Files.writeString(script, "#!/bin/sh\n" + body + "\n");
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    return script;
  }

  /** Gone, or a zombie that its new parent has not collected. */
  private static void awaitGone(long pid) {
    await()
        .atMost(Duration.ofSeconds(5))
        .until(
            () -> {
              Path stat = Path.of("/proc", Long.toString(pid), "stat");
              return !Files.exists(stat) || Files.readString(stat).contains(") Z ");
            });
  }
}
