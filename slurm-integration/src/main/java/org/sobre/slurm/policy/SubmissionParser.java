package org.sobre.slurm.policy;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What {@code sbatch OPTIONS SCRIPT} asks for, as far as the policy looks at it: the {@code
 * #SBATCH} lines before the first command, and the options, which go before those. Options that are
 * nothing to the policy are passed over; variables as SBATCH_CONSTRAINT and abbreviated names of
 * options are not looked at. Pure.
 */
public final class SubmissionParser {

  private static final Pattern DIRECTIVE = Pattern.compile("#SBATCH(?:\\s+(.*))?");
  private static final Pattern COMPONENT = Pattern.compile("(?:het|pack)job\\b.*");
  private static final Pattern MEMORY = Pattern.compile("(\\d{1,12})([kKmMgGtT]?)[bB]?");

  /** Each option's field, and what becomes of its value there. */
  private record Target(String field, UnaryOperator<String> value) {}

  private static final Map<String, Target> TARGETS =
      Map.of(
          "--comment", new Target("comment", text -> text),
          "--constraint", new Target("features", text -> text),
          "--prefer", new Target("prefer", text -> text),
          "--gres", new Target("tres_per_node", text -> gres("", text)),
          "--gpus", new Target("tres_per_job", text -> gres("gpu:", text)),
          "--gpus-per-node", new Target("tres_per_node", text -> gres("gpu:", text)),
          "--gpus-per-socket", new Target("tres_per_socket", text -> gres("gpu:", text)),
          "--gpus-per-task", new Target("tres_per_task", text -> gres("gpu:", text)),
          "--mem-per-gpu", new Target("mem_per_tres", text -> "gres:gpu:" + mebibytes(text)));

  private static final Map<String, String> SHORT = Map.of("-C", "--constraint", "-G", "--gpus");

  private SubmissionParser() {}

  /**
   * @param script text of the batch script
   * @param options as they would stand before it on sbatch's command line
   * @return one request for each component of a heterogeneous job, else one
   */
  public static List<JobRequest> parse(String script, List<String> options) {
    List<List<String>> components = new ArrayList<>();
    components.add(new ArrayList<>());
    for (String line : script.lines().toList()) {
      Matcher directive = DIRECTIVE.matcher(line);
      if (directive.matches()) {
        String rest = Optional.ofNullable(directive.group(1)).orElse("").strip();
        if (COMPONENT.matcher(rest).matches()) {
          components.add(new ArrayList<>());
        } else {
          components.get(components.size() - 1).addAll(DirectiveWords.of(rest));
        }
      } else if (!line.isBlank() && !line.startsWith("#")) {
        break;
      }
    }
    Map<String, String> typed = values(options);
    return components.stream().map(component -> request(component, typed)).toList();
  }

  private static JobRequest request(List<String> directives, Map<String, String> typed) {
    Map<String, String> options = values(directives);
    options.putAll(typed);
    Map<String, String> fields = new TreeMap<>();
    options.forEach(
        (option, value) -> {
          Target target = requireNonNull(TARGETS.get(option));
          String text = target.value().apply(value);
          if (!text.isEmpty()) {
            // --gres and --gpus-per-node are one field, and neither takes the other's away
            fields.merge(target.field(), text, (one, other) -> one + "," + other);
          }
        });
    return new JobRequest(fields);
  }

  /** Of each option the last value; an empty one takes away what was said before. */
  private static Map<String, String> values(List<String> options) {
    Map<String, String> values = new TreeMap<>();
    for (int i = 0; i < options.size(); i++) {
      String word = options.get(i);
      String name = name(word);
      if (TARGETS.containsKey(name)) {
        Optional<String> value = attached(word);
        if (value.isEmpty() && i + 1 < options.size()) {
          value = Optional.of(options.get(++i));
        }
        value.ifPresent(text -> values.put(name, text));
      }
    }
    return values;
  }

  private static String name(String word) {
    if (word.startsWith("--")) {
      return word.split("=", 2)[0];
    }
    return SHORT.getOrDefault(word.substring(0, Math.min(2, word.length())), word);
  }

  /** The value in the same word: {@code --gres=gpu:1}, {@code -Cvram_ge_24g}. */
  private static Optional<String> attached(String word) {
    if (word.startsWith("--")) {
      String[] parts = word.split("=", 2);
      return parts.length == 2 ? Optional.of(parts[1]) : Optional.empty();
    }
    return word.length() > 2 ? Optional.of(word.substring(2)) : Optional.empty();
  }

  private static String gres(String prefix, String list) {
    return list.equalsIgnoreCase("none")
        ? ""
        : Arrays.stream(list.split(",", -1))
            .map(String::strip)
            .filter(word -> !word.isEmpty())
            .map(word -> word.startsWith("gres:") ? word : "gres:" + prefix + word)
            .collect(Collectors.joining(","));
  }

  /** As sbatch has it: MiB if no unit is said; a text of another form as it is. */
  private static String mebibytes(String text) {
    Matcher memory = MEMORY.matcher(text);
    if (!memory.matches()) {
      return text;
    }
    long number = Long.parseLong(memory.group(1));
    return switch (memory.group(2).toLowerCase(Locale.ROOT)) {
      case "k" -> Long.toString(Math.max(1, number / 1024));
      case "g" -> Long.toString(number * 1024);
      case "t" -> Long.toString(number * 1024 * 1024);
      default -> Long.toString(number);
    };
  }
}
