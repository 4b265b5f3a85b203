package org.sobre.hardware.probe;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Function;
import org.sobre.hardware.probe.ToolResult.Ending;

/** Answers commands from a table instead of running them; what is not in it is not found. */
public final class FakeToolRunner implements ToolRunner {

  private final List<Rule> rules = new ArrayList<>();
  private final List<List<String>> asked = new ArrayList<>();

  private record Rule(List<String> prefix, Function<List<String>, ToolResult> answer) {}

  /** The answer to all commands that begin so; the first rule that fits is taken. */
  public FakeToolRunner exits(int status, String stdout, String stderr, String... prefix) {
    rules.add(
        new Rule(
            List.of(prefix),
            command ->
                new ToolResult(
                    command,
                    Ending.EXITED,
                    OptionalInt.of(status),
                    stdout,
                    stderr,
                    Duration.ofMillis(30))));
    return this;
  }

  public FakeToolRunner ends(Ending ending, String... prefix) {
    rules.add(new Rule(List.of(prefix), command -> notExited(command, ending)));
    return this;
  }

  @Override
  public synchronized ToolResult run(
      List<String> command, Map<String, String> extraEnvironment, Duration deadline) {
    asked.add(List.copyOf(command));
    return rules.stream()
        .filter(rule -> begins(command, rule.prefix()))
        .findFirst()
        .map(rule -> rule.answer().apply(command))
        .orElseGet(() -> notExited(command, Ending.NOT_FOUND));
  }

  public synchronized List<List<String>> asked() {
    return List.copyOf(asked);
  }

  private static boolean begins(List<String> command, List<String> prefix) {
    return command.size() >= prefix.size() && command.subList(0, prefix.size()).equals(prefix);
  }

  private static ToolResult notExited(List<String> command, Ending ending) {
    return new ToolResult(command, ending, OptionalInt.empty(), "", "", Duration.ofMillis(30));
  }
}
