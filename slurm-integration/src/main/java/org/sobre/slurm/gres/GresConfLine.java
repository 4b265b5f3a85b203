package org.sobre.slurm.gres;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * One line of a gres.conf as Slurm's parser takes it: words of {@code Key=value}, keys in any case,
 * {@code #} begins a comment (gres.conf(5)).
 *
 * @param number in its text, from 1
 * @param values by key in lower case
 * @param bareWords words without a {@code =}
 */
record GresConfLine(int number, Map<String, String> values, List<String> bareWords) {

  GresConfLine {
    values = Map.copyOf(values);
    bareWords = List.copyOf(bareWords);
  }

  /** The lines that say something. Never throws. */
  static List<GresConfLine> parse(String text) {
    List<GresConfLine> lines = new ArrayList<>();
    int number = 0;
    for (String line : text.lines().toList()) {
      number++;
      String told = line.replaceFirst("#.*", "").strip();
      if (!told.isEmpty()) {
        lines.add(parseLine(number, told));
      }
    }
    return lines;
  }

  private static GresConfLine parseLine(int number, String told) {
    Map<String, String> values = new LinkedHashMap<>();
    List<String> bare = new ArrayList<>();
    for (String word : told.split("\\s+", -1)) {
      int sign = word.indexOf('=');
      if (sign > 0) {
        values.put(word.substring(0, sign).toLowerCase(Locale.ROOT), word.substring(sign + 1));
      } else {
        bare.add(word);
      }
    }
    return new GresConfLine(number, values, bare);
  }

  Optional<String> value(String key) {
    requireNonNull(key, "key");
    return Optional.ofNullable(values.get(key));
  }

  String name() {
    return value("name").orElse("");
  }

  /** What File= or MultipleFiles= names, a comma between several. */
  List<String> files() {
    return value("file")
        .or(() -> value("files"))
        .or(() -> value("multiplefiles"))
        .map(files -> List.of(files.split(",", -1)))
        .orElse(List.of());
  }

  boolean isMultiple() {
    return values.containsKey("multiplefiles");
  }
}
