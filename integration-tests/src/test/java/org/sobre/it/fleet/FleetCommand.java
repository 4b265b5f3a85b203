package org.sobre.it.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.sobre.hardware.probe.CommonsExecToolRunner;
import org.sobre.hardware.probe.ToolResult;

/** {@code sobre gres --fleet}, as an administrator of the controller runs it. */
final class FleetCommand {

  private static final Duration DEADLINE = Duration.ofMinutes(1);

  private FleetCommand() {}

  /**
   * The command must succeed.
   *
   * @param format as after {@code --format}
   * @param output where the list belongs
   * @return what it said on standard error, in English
   */
  static String write(Path ledger, String format, Path output, String... options) {
    List<String> words = new ArrayList<>(List.of("java", "-Duser.language=en", "-cp"));
    words.add(System.getProperty("java.class.path"));
    words.addAll(List.of("org.sobre.cli.Main", "gres", "--fleet", ledger.toString()));
    words.addAll(List.of("--format", format, "--output", output.toString()));
    words.addAll(List.of(options));
    ToolResult result = new CommonsExecToolRunner().run(words, DEADLINE);
    assertThat(result.succeeded()).as("%s", result).isTrue();
    return result.stderr();
  }
}
