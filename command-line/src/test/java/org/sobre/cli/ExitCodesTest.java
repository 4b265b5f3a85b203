package org.sobre.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** docs/exit-codes.md is a contract: it has every status that we give, and none that we do not. */
class ExitCodesTest {

  private static final Pattern ROW = Pattern.compile("(?m)^\\| (\\d+) \\|");

  @Test
  void theDocumentHasTheConstantsAndNothingElse() throws IOException {
    assertThat(documented()).isEqualTo(constants());
  }

  @Test
  void theHelpOfACommandNamesOnlyDocumentedStatuses() throws IOException {
    Set<Integer> documented = documented();
    List<String> unknown = new ArrayList<>();
    int named = 0;
    for (CommandSpec command : commands(SobreCommand.commandLine()).toList()) {
      for (String status : command.usageMessage().exitCodeList().keySet()) {
        named++;
        if (!documented.contains(Integer.valueOf(status.strip()))) {
          unknown.add(command.qualifiedName() + ": " + status);
        }
      }
    }
    assertThat(unknown).isEmpty();
    assertThat(named).isPositive();
  }

  /** The first table: of {@code sobre} itself, before what a wrapped command gives. */
  private static Set<Integer> documented() throws IOException {
    String text = Files.readString(Path.of("../docs/exit-codes.md"));
    String own = text.substring(0, text.indexOf("The wrappers"));
    return ROW.matcher(own)
        .results()
        .map(ExitCodesTest::status)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<Integer> constants() {
    return Stream.of(ExitCode.class.getDeclaredFields())
        .map(ExitCodesTest::value)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Integer status(MatchResult row) {
    return Integer.valueOf(row.group(1));
  }

  private static Integer value(Field constant) {
    try {
      return constant.getInt(null);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Stream<CommandSpec> commands(CommandLine line) {
    return Stream.concat(
        Stream.of(line.getCommandSpec()),
        line.getSubcommands().values().stream().distinct().flatMap(ExitCodesTest::commands));
  }
}
