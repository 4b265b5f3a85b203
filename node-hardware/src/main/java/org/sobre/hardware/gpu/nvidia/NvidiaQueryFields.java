package org.sobre.hardware.gpu.nvidia;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The field names that the installed driver knows, from {@code nvidia-smi --help-query-gpu}. One
 * unknown name refuses a whole query, naming only the first, so the names are negotiated.
 *
 * @param names every name and alias
 */
public record NvidiaQueryFields(Set<String> names) {

  /** {@code "uuid" or "gpu_uuid"} alone on a line; quotes also stand inside the descriptions. */
  private static final Pattern HEADING = Pattern.compile("\"[^\"]+\"(?:\\s+or\\s+\"[^\"]+\")*\\s*");

  private static final Pattern NAME = Pattern.compile("\"([^\"]+)\"");

  public NvidiaQueryFields {
    names = Set.copyOf(names);
  }

  /**
   * Reads the help text; no names at all if it is something else.
   *
   * @param help standard output of {@code nvidia-smi --help-query-gpu}
   */
  public static NvidiaQueryFields parse(String help) {
    Set<String> names = new LinkedHashSet<>();
    help.lines()
        .filter(line -> HEADING.matcher(line).matches())
        .forEach(
            line -> {
              Matcher name = NAME.matcher(line);
              while (name.find()) {
                names.add(name.group(1));
              }
            });
    return new NvidiaQueryFields(names);
  }

  /** Those of the wanted names that the driver knows, in the order wanted. */
  public List<String> intersect(List<String> wanted) {
    return wanted.stream().filter(names::contains).toList();
  }
}
