package org.sobre.it.sidus;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A list of paths under {@code src/test/resources/sidus}, a line each. {@code *} is whatever varies
 * from one run to the next; a line that begins with {@code ? } may be missing.
 */
final class PathList {

  private final String name;
  private final List<String> lines;

  private PathList(String name, List<String> lines) {
    this.name = name;
    this.lines = lines;
  }

  static PathList named(String name) {
    try (InputStream in = PathList.class.getResourceAsStream("/sidus/" + name + ".txt")) {
      String text =
          new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
      return new PathList(
          name, text.lines().filter(line -> !line.isBlank() && !line.startsWith("#")).toList());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Each path is on the list, and each line of it is met. */
  void assertIs(Collection<String> paths) {
    assertThat(paths.stream().filter(path -> lines.stream().noneMatch(line -> meets(line, path))))
        .as("not on the list %s", name)
        .isEmpty();
    assertThat(
            lines.stream()
                .filter(line -> !line.startsWith("? "))
                .filter(line -> paths.stream().noneMatch(path -> meets(line, path))))
        .as("on the list %s and not there", name)
        .isEmpty();
  }

  private static boolean meets(String line, String path) {
    String wanted = line.startsWith("? ") ? line.substring(2) : line;
    String expression =
        Stream.of(wanted.split("\\*", -1)).map(Pattern::quote).collect(Collectors.joining(".*"));
    return path.matches(expression);
  }
}
