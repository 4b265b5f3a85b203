package org.sobre.jobs.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Real children under a real wrapper, in a JVM of its own. */
class ChildProcessTest {

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @TempDir private Path directory;

  private final List<Process> started = new ArrayList<>();

  @AfterEach
  void endWhatIsLeft() {
    started.forEach(
        wrapper -> {
          wrapper.descendants().forEach(ProcessHandle::destroyForcibly);
          wrapper.destroyForcibly();
        });
  }

  @ParameterizedTest
  @CsvSource({"exit 0, 0", "exit 3, 3", "exit 255, 255", "kill -9 $$, 137", "kill -15 $$, 143"})
  void theStatusIsTheChilds(String script, int status) throws Exception {
    assertThat(end(wrapper("sh", "-c", script))).isEqualTo(status);
  }

  @Test
  void aProgramThatIsNotThereIs127() throws Exception {
    Process wrapper = wrapper("no-such-program-anywhere");
    assertThat(end(wrapper)).isEqualTo(127);
    assertThat(errors()).isEqualTo("no-such-program-anywhere: there is no such program\n");
  }

  @Test
  void aFileThatIsNotExecutableIs126() throws Exception {
    Path file = Files.writeString(directory.resolve("data"), "x");
    assertThat(end(wrapper(file.toString()))).isEqualTo(126);
    assertThat(errors()).isEqualTo(file + " is not executable\n");
  }

  @Test
  void anEmptyWordIsNoProgram() throws Exception {
    assertThat(end(wrapper("", "x"))).isEqualTo(127);
    assertThat(errors()).isEqualTo("expected a program, found an empty word\n");
  }

  @Test
  void aMissingInterpreterIsToldFromAMissingProgram() throws Exception {
    Path script = Files.writeString(directory.resolve("script"), "#!/no/such/interpreter\n");
    assertThat(script.toFile().setExecutable(true)).isTrue();
    assertThat(end(wrapper(script.toString()))).isEqualTo(127);
    assertThat(errors()).contains(script + ": the interpreter");
  }

  @Test
  void standardInputGoesThroughToItsEnd() throws Exception {
    Process wrapper = wrapper("sh", "-c", "cat > \"$0\"", directory.resolve("copy").toString());
    wrapper.getOutputStream().write("one\ntwo\n".getBytes(StandardCharsets.UTF_8));
    wrapper.getOutputStream().close();
    assertThat(end(wrapper)).isZero();
    assertThat(directory.resolve("copy")).hasContent("one\ntwo\n");
  }

  @Test
  void wordsReachTheChildAsTheyAre() throws Exception {
    Process wrapper =
        wrapper(
            "sh", "-c", "printf '%s|' \"$@\" > \"$0\"", file(), "a b", "", "\"q'", "\\", "${x}");
    assertThat(end(wrapper)).isZero();
    assertThat(directory.resolve("out")).hasContent("a b||\"q'|\\|${x}|");
  }

  @ParameterizedTest
  @ValueSource(strings = {"TERM", "HUP", "INT", "USR1", "USR2"})
  void aSignalToTheWrapperReachesTheChildAndTheWrapperWaitsForIt(String name) throws Exception {
    Process wrapper =
        wrapper(
            "sh",
            "-c",
            "trap 'echo got > \"$0\"; exit 5' "
                + name
                + "; echo up > \"$0.up\"; while :; do sleep 0.05; done",
            file());
    awaitFile("out.up");
    signal(name, wrapper);
    assertThat(end(wrapper)).isEqualTo(5);
    assertThat(directory.resolve("out")).hasContent("got\n");
  }

  @Test
  void theWrapperOutlivesASignalThatItsChildIgnores() throws Exception {
    Process wrapper =
        wrapper(
            "sh",
            "-c",
            "trap '' TERM; echo up > \"$0.up\"; while [ ! -e \"$0.go\" ]; do sleep 0.05; done; exit 6",
            file());
    awaitFile("out.up");
    signal("TERM", wrapper);
    signal("TERM", wrapper);
    Files.createFile(directory.resolve("out.go"));
    assertThat(end(wrapper)).isEqualTo(6);
  }

  @Test
  void aChildThatDiesOfAPassedSignalGivesItsNumber() throws Exception {
    Process wrapper = wrapper("sh", "-c", "echo up > \"$0.up\"; exec sleep 60", file());
    awaitFile("out.up");
    signal("TERM", wrapper);
    assertThat(end(wrapper)).isEqualTo(143);
    assertThat(wrapper.descendants()).isEmpty();
  }

  @Test
  void aControllingTerminalIsReadFromTheSeventhField() {
    assertThat(ControllingTerminal.isThere("12 (a ) b) S 1 12 12 34816 12 4194304")).isTrue();
    assertThat(ControllingTerminal.isThere("12 (java) S 1 12 12 0 -1 4194304")).isFalse();
    assertThat(ControllingTerminal.isThere("")).isFalse();
  }

  /**
   * Launched as the shipped script launches it: USR1 and USR2 ignored, and USR2 not the JVM's.
   * Under nohup, or in the background of a script, the tests inherit HUP or INT ignored, which no
   * shell may trap: undone first.
   */
  private Process wrapper(String... command) throws IOException {
    List<String> words =
        new ArrayList<>(
            List.of(
                "env",
                "--default-signal=HUP,INT",
                "sh",
                "-c",
                "trap '' USR1 USR2; export _JAVA_SR_SIGNUM=40; exec \"$0\" \"$@\"",
                ProcessHandle.current().info().command().orElse("java"),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                "org.sobre.jobs.launch.WrapperMain"));
    words.addAll(List.of(command));
    ProcessBuilder builder = new ProcessBuilder(words);
    builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
    builder.redirectError(directory.resolve("errors").toFile());
    Process wrapper = builder.start();
    started.add(wrapper);
    return wrapper;
  }

  private String file() {
    return directory.resolve("out").toString();
  }

  private String errors() throws IOException {
    return Files.readString(directory.resolve("errors"));
  }

  private void awaitFile(String name) {
    await().atMost(PATIENCE).until(() -> Files.exists(directory.resolve(name)));
  }

  private static void signal(String name, Process process) throws Exception {
    new ProcessBuilder("sh", "-c", "kill -s " + name + " " + process.pid()).start().waitFor();
  }

  private static int end(Process wrapper) throws InterruptedException {
    assertThat(wrapper.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    return wrapper.exitValue();
  }
}
