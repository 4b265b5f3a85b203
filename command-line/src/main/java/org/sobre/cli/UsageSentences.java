package org.sobre.cli;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.sobre.hardware.message.Messages;

/**
 * What picocli says of a wrong usage, in the language of its reader. Its bundles are for helps; its
 * errors are English sentences, which are taken apart here. One that is not known stays as it is.
 */
final class UsageSentences {

  private static final Messages MESSAGES = Messages.of(UsageSentences.class);

  /** The first that matches. */
  private static final List<Sentence> SENTENCES =
      List.of(
          new Sentence("Unknown options?: (.*)", "usage.unknown"),
          new Sentence("Unmatched arguments? (?:at|from) index (\\d+): (.*)", "usage.unmatched"),
          new Sentence("Missing required subcommand", "usage.noSubcommand"),
          new Sentence("Missing required parameter for (.*)", "usage.noValue"),
          new Sentence("Missing required options?: (.*)", "usage.missing.option"),
          new Sentence("Missing required parameters?: (.*)", "usage.missing.parameter"),
          new Sentence(
              "(?:Error: )?Missing required (?:options and parameters|argument\\(s\\)): (.*)",
              "usage.missing"),
          new Sentence("Expected parameter for (.*) but found '(.*)'", "usage.anotherOption"),
          new Sentence("(.*) should be specified only once", "usage.twice"),
          new Sentence("(.*) should be specified without '(.*)' parameter", "usage.noValueWanted"),
          new Sentence(
              "Invalid value for (.*?): expected one of \\[(.*)] \\(case-(?:in)?sensitive\\)"
                  + " but was '(.*)'",
              "usage.oneOf"),
          new Sentence("Invalid value for (.*?): '(.*)' is not an? (?:int|long)", "usage.number"),
          new Sentence("Invalid value for (.*?): cannot convert '(.*)' to .*", "usage.convert"),
          new Sentence("Invalid value for (.*?): (.*)", "usage.invalid"));

  private static final Pattern POSITIONAL =
      Pattern.compile("positional parameter at index \\S+ \\((.*)\\)");

  /** Of an option that takes several values. */
  private static final Pattern INDEX = Pattern.compile("(?<=') at index \\S+(?= \\()");

  private record Sentence(Pattern pattern, String key) {
    Sentence(String pattern, String key) {
      this(Pattern.compile(pattern, Pattern.DOTALL), key);
    }

    Optional<String> translated(String english) {
      Matcher m = pattern.matcher(english);
      if (!m.matches()) {
        return Optional.empty();
      }
      Object[] parts = new Object[m.groupCount()];
      for (int i = 0; i < parts.length; i++) {
        parts[i] = subject(m.group(i + 1));
      }
      return Optional.of(MESSAGES.text(key, parts));
    }
  }

  private UsageSentences() {}

  static String of(String english) {
    return SENTENCES.stream()
        .flatMap(sentence -> sentence.translated(english).stream())
        .findFirst()
        .orElse(english);
  }

  /** {@code option} is the same word in both languages. */
  private static String subject(String part) {
    Matcher positional = POSITIONAL.matcher(part);
    return positional.matches()
        ? MESSAGES.text("usage.parameter", positional.group(1))
        : INDEX.matcher(part).replaceFirst("");
  }
}
