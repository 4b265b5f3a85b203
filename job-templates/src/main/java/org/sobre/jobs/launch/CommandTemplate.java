package org.sobre.jobs.launch;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A command with placeholders: a name in braces, as the batch size is written in the templates. It
 * is filled in if there is a value for the name. With a second opening brace before it the first is
 * dropped and the rest kept. Everything else stays as it is, JSON and shell braces included.
 */
public final class CommandTemplate {

  private static final String RESUME = "resume";
  private static final Pattern PLACEHOLDER = Pattern.compile("(\\{?)\\{([a-z_]+)\\}");

  /** Escaped alike whether there is a value this time or none: without a profile there is none. */
  private static final Set<String> NAMES = Set.of("batch_size", "accumulation", "gpus", RESUME);

  private CommandTemplate() {}

  /**
   * @param words of the command; the result has as many
   * @param values by the name of the placeholder
   */
  public static List<String> fill(List<String> words, Map<String, String> values) {
    return words.stream().map(word -> fill(word, values)).toList();
  }

  /** Whether a word of the command has the placeholder, not escaped. */
  public static boolean asksFor(List<String> words, String name) {
    return words.stream()
        .flatMap(word -> PLACEHOLDER.matcher(word).results())
        .anyMatch(match -> match.group(1).isEmpty() && match.group(2).equals(name));
  }

  /**
   * The same with other words in the place of each word that is {@code {resume}} and no more. The
   * first is the program, and stays.
   *
   * @param others none for a command that begins at its beginning
   */
  public static List<String> resume(List<String> words, List<String> others) {
    return Stream.concat(
            words.stream().limit(1),
            words.stream()
                .skip(1)
                .flatMap(
                    word -> word.equals("{" + RESUME + "}") ? others.stream() : Stream.of(word)))
        .toList();
  }

  /** Whether there is such a word. */
  public static boolean resumes(List<String> words) {
    return words.stream().skip(1).anyMatch(word -> word.equals("{" + RESUME + "}"));
  }

  private static String fill(String word, Map<String, String> values) {
    Matcher m = PLACEHOLDER.matcher(word);
    StringBuilder filled = new StringBuilder();
    while (m.find()) {
      String name = m.group(2);
      boolean escaped = !m.group(1).isEmpty() && (NAMES.contains(name) || values.containsKey(name));
      String replacement = escaped ? "{" + name + "}" : values.getOrDefault(name, m.group());
      m.appendReplacement(filled, Matcher.quoteReplacement(replacement));
    }
    return m.appendTail(filled).toString();
  }
}
