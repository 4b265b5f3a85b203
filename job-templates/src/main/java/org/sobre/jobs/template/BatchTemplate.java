package org.sobre.jobs.template;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A batch file for sbatch, as a person reads it before using it. Pure.
 *
 * <p>Its second line is its title, a comment. What it asks Slurm for stands in lines that begin
 * with {@code #SBATCH}, of which sbatch reads those before the first command.
 *
 * @param name of the file, without {@code .sbatch}
 * @param text the whole file
 */
public record BatchTemplate(String name, String text) {

  private static final String DIRECTIVE = "#SBATCH ";
  private static final Pattern PROFILE = Pattern.compile("--profile[= ]\"?([A-Za-z0-9._-]+)");

  public BatchTemplate {
    requireNonNull(name, "name");
    requireNonNull(text, "text");
  }

  /** What it is for, in a sentence; absent if its second line is no comment. */
  public Optional<String> title() {
    return text.lines()
        .skip(1)
        .findFirst()
        .filter(line -> line.startsWith("# "))
        .map(line -> line.substring(2).strip());
  }

  /**
   * The value of an option, as {@code gpu:1} of {@code gres}; of several the last, as sbatch takes
   * it.
   *
   * @param option its long name, without dashes
   */
  public Optional<String> option(String option) {
    return text.lines()
        .takeWhile(BatchTemplate::isBeforeTheFirstCommand)
        .filter(line -> isDirective(line, option))
        .map(line -> line.substring(DIRECTIVE.length() + option.length() + 3).strip())
        .reduce((first, last) -> last);
  }

  /** The profile by which its batch is sized; absent if its command sizes its own, or has none. */
  public Optional<String> profile() {
    return text.lines()
        .filter(line -> line.startsWith("exec sobre "))
        .findFirst()
        .map(PROFILE::matcher)
        .filter(Matcher::find)
        .map(matcher -> matcher.group(1));
  }

  /**
   * The same file, asking Slurm for something else: the option's line is replaced, or put before
   * the first one.
   *
   * @param option its long name, without dashes
   * @param value without blanks and quotes
   */
  public BatchTemplate with(String option, String value) {
    String directive = DIRECTIVE + "--" + option + "=" + value;
    List<String> lines = new ArrayList<>(text.lines().toList());
    int place = -1;
    for (int i = 0; i < lines.size() && isBeforeTheFirstCommand(lines.get(i)); i++) {
      if (isDirective(lines.get(i), option)) {
        lines.set(i, directive);
        return new BatchTemplate(name, joined(lines));
      }
      if (place < 0 && lines.get(i).startsWith(DIRECTIVE)) {
        place = i;
      }
    }
    lines.add(place < 0 ? Math.min(1, lines.size()) : place, directive);
    return new BatchTemplate(name, joined(lines));
  }

  private static String joined(List<String> lines) {
    return String.join("\n", lines) + "\n";
  }

  private static boolean isBeforeTheFirstCommand(String line) {
    return line.isBlank() || line.startsWith("#");
  }

  private static boolean isDirective(String line, String option) {
    String begin = DIRECTIVE + "--" + option;
    return line.startsWith(begin + "=") || line.startsWith(begin + " ");
  }
}
