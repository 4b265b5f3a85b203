package org.sobre.jobs.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Real children under a real wrapper, in a JVM of its own. */
class ChildProcessTest {

  @TempDir private Path directory;

  private Wrappers wrappers;

  @BeforeEach
  void places() {
    wrappers = new Wrappers(directory);
  }

  @AfterEach
  void endWhatIsLeft() {
    wrappers.close();
  }

  @ParameterizedTest
  @CsvSource({"exit 0, 0", "exit 3, 3", "exit 255, 255", "kill -9 $$, 137", "kill -15 $$, 143"})
  void theStatusIsTheChilds(String script, int status) throws Exception {
    assertThat(end(wrapper("sh", "-c", script))).isEqualTo(status);
  }

  @Test
  void eachStatusThereIsComesBack() {
    ChildProcess child = new ChildProcess(SignalRelay.none());
    for (int status = 0; status <= 255; status++) {
      List<String> command = List.of("/bin/sh", "-c", "exit " + status);
      assertThat(child.run(command, Map.of()).status()).isEqualTo(status);
    }
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

  /** Slurm may end a job while its wrapper still prepares, or between two attempts. */
  @Test
  void nothingIsStartedOnceTheEndIsAskedFor() {
    SignalRelay relay = SignalRelay.none();
    relay.received("USR1");
    ChildProcess child = new ChildProcess(relay);
    assertThat(child.run(List.of("true"), Map.of()).signals()).containsExactly("USR1");
    relay.received("TERM");
    ChildProcess.Result result = child.run(List.of("true"), Map.of());
    assertThat(result.started()).isFalse();
    assertThat(result.status()).isEqualTo(143);
    assertThat(result.detail()).isEqualTo("true was not started: SIGTERM came before");
  }

  @Test
  void aControllingTerminalIsReadFromTheSeventhField() {
    assertThat(ControllingTerminal.isThere("12 (a ) b) S 1 12 12 34816 12 4194304")).isTrue();
    assertThat(ControllingTerminal.isThere("12 (java) S 1 12 12 0 -1 4194304")).isFalse();
    assertThat(ControllingTerminal.isThere("")).isFalse();
  }

  private Process wrapper(String... command) throws IOException {
    return wrappers.start(
        wrappers.builder(List.of(command)).redirectError(directory.resolve("errors").toFile()));
  }

  private String file() {
    return directory.resolve("out").toString();
  }

  private String errors() throws IOException {
    return Files.readString(directory.resolve("errors"));
  }

  private void awaitFile(String name) {
    await().atMost(Wrappers.PATIENCE).until(() -> Files.exists(directory.resolve(name)));
  }

  private static void signal(String name, Process process) throws Exception {
    new ProcessBuilder("sh", "-c", "kill -s " + name + " " + process.pid()).start().waitFor();
  }

  private int end(Process wrapper) throws InterruptedException {
    return wrappers.end(wrapper);
  }
}
