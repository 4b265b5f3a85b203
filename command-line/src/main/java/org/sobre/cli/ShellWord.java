package org.sobre.cli;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Words as they are pasted into a shell. */
final class ShellWord {

  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9/._%@:,+=~-]+");

  /** An option with its value: the quotes are about the value. */
  private static final Pattern OPTION = Pattern.compile("(--[a-z][a-z-]*=)(.*)");

  private ShellWord() {}

  /** As a shell takes it for one word. */
  static String quoted(String text) {
    return PLAIN.matcher(text).matches() ? text : "'" + text.replace("'", "'\\''") + "'";
  }

  /** Options in a line: {@code --gres=gpu:1 --constraint='a&b'}. */
  static String line(List<String> options) {
    return options.stream()
        .map(
            option -> {
              var parts = OPTION.matcher(option);
              return parts.matches() ? parts.group(1) + quoted(parts.group(2)) : quoted(option);
            })
        .collect(Collectors.joining(" "));
  }
}
