package org.sobre.cli;

import static java.util.Objects.requireNonNull;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/**
 * A model of the command line as a profile: what was told, and in a comment what was taken instead.
 *
 * @param task what it does
 * @param unit what an item is
 * @param precision what it computes in
 * @param model the keys of {@code model:} that were told, in their order
 * @param assumed what was not told; absent where all was
 */
record PriorYaml(
    String task,
    String unit,
    String precision,
    OptionalInt effectiveBatch,
    Map<String, String> model,
    Optional<String> assumed) {

  PriorYaml {
    requireNonNull(task, "task");
    requireNonNull(unit, "unit");
    requireNonNull(precision, "precision");
    requireNonNull(effectiveBatch, "effectiveBatch");
    model = new LinkedHashMap<>(model);
    requireNonNull(assumed, "assumed");
  }

  /**
   * @param name of the profile
   * @param capability and driver that today's frameworks need
   * @param source who told the parameters
   */
  String render(String name, String capability, String driver, String source) {
    StringBuilder text = new StringBuilder();
    assumed.ifPresent(taken -> text.append("# assumed: ").append(taken).append('\n'));
    text.append("schema: sobre-profile/1\nname: ").append(name);
    text.append("\ntask: ").append(task).append("\nunit: ").append(unit).append('\n');
    effectiveBatch.ifPresent(n -> text.append("effectiveBatch: ").append(n).append('\n'));
    text.append("requires: {minComputeCapability: \"").append(capability);
    text.append("\", minDriver: \"").append(driver);
    text.append("\", precisions: [").append(precision).append("]}\n");
    text.append("variants:\n  - name: prior\n    key: {").append(joined()).append("}\n");
    text.append("    memory:\n      basis: prior\n      source: \"").append(source).append("\"\n");
    text.append("      model: {").append(joined()).append("}\n    loses: null\n");
    return text.toString();
  }

  private String joined() {
    return model.entrySet().stream()
        .map(entry -> entry.getKey() + ": " + entry.getValue())
        .collect(Collectors.joining(", "));
  }
}
