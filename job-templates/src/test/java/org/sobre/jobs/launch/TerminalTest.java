package org.sobre.jobs.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.InputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A terminal stays one: on a pseudo terminal of script(1). */
class TerminalTest {

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

  @Test
  void theChildHasTheTerminalAndItsProgressBarIsDrawnAsItComes() throws Exception {
    Process terminal =
        start("test -t 0 && test -t 1 && test -t 2 && printf \" 50 %%\\r100 %%\\r\"");
    assertThat(text(terminal.getInputStream())).isEqualTo(" 50 %\r100 %\r");
    assertThat(wrappers.end(terminal)).isZero();
    assertThat(wrappers.result()).containsEntry("stdout", "").containsEntry("stderr", "");
  }

  @Test
  void theInterruptKeyReachesTheChildOnce() throws Exception {
    Path log = directory.resolve("log");
    Process terminal =
        start(
            "trap \"echo INT >>"
                + log
                + "\" INT; echo up >>"
                + log
                + "; n=0; while [ $n -lt 20 ]; do sleep 0.1; n=$((n+1)); done; exit 9");
    await()
        .atMost(Wrappers.PATIENCE)
        .until(() -> Files.exists(log) && Files.readString(log).equals("up\n"));
    terminal.getOutputStream().write(3);
    terminal.getOutputStream().flush();
    assertThat(wrappers.end(terminal)).isEqualTo(9);
    assertThat(log).hasContent("up\nINT\n");
  }

  private Process start(String script) throws Exception {
    List<String> words = Wrappers.words();
    String wrapper =
        words.subList(1, words.size()).stream()
            .map(word -> "'" + word.replace("'", "'\\''") + "'")
            .collect(Collectors.joining(" "));
    return wrappers.start(
        wrappers
            .plain(
                List.of(
                    "script",
                    "--quiet",
                    "--return",
                    "--command",
                    "exec " + wrapper + " sh -c '" + script + "'",
                    "/dev/null"))
            .redirectOutput(Redirect.PIPE));
  }

  private static String text(InputStream in) throws Exception {
    return new String(in.readAllBytes(), StandardCharsets.UTF_8);
  }
}
