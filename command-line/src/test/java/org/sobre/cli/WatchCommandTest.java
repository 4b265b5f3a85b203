package org.sobre.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** {@code sobre watch} as it is typed; what it shows is tested beside the classes that show it. */
class WatchCommandTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--interval 0s|--interval: expected 1s to 60min as 1s, 5s or 1min, found \"0s\"",
        "--interval 61min|found \"61min\"",
        "--interval 500ms|found \"500ms\"",
        "--interval|--interval",
        "--count 0|--count: expected a number from 1, found 0",
        "--count some|--count",
        "--format xml|--format",
        "gpu|Unmatched argument"
      })
  void wrongUsageIsTwoAndNamesTheHelp(String typed, String message) {
    StringWriter err = new StringWriter();
    CommandLine line = SobreCommand.commandLine();
    line.setErr(new PrintWriter(err, true));
    assertThat(Main.run(line, ("watch " + typed).split(" ", -1))).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).startsWith("sobre: ").contains(message);
    assertThat(err.toString()).endsWith("Try 'sobre watch --help'" + System.lineSeparator());
  }
}
