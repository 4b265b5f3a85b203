package org.sobre.slurm.gres;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * One gres record as {@code slurmd -G} prints it on its standard error, the way it understood
 * gres.conf ({@code _log_gres_slurmd_conf} in Slurm's src/common/gres.c, since 22.11
 * src/interfaces/gres.c):
 *
 * <pre>
 * slurmd-n1: Gres Name=gpu Type=a Count=1 Index=0 ID=7696487 File=/dev/nvidia0 Cores=0-1 CoreCnt=2 Links=-1,0
 * slurmd-n1: Gres Name=shard Type=a Count=24 Index=0 ID=1918986455 File=/dev/nvidia0 (null)
 * </pre>
 *
 * <p>22.05 ends a line without links in {@code (null)}; 23.11 writes {@code Links=(null)} and adds
 * {@code Flags=}. Words that are not known are passed over.
 *
 * @param type absent where the record has none
 * @param count devices of a gpu, shares of a shared gres; 0 or more
 * @param files as written, a comma between several; absent where the record has none
 * @param links as written
 */
record SlurmdGresLine(
    String name,
    Optional<String> type,
    long count,
    List<String> files,
    Optional<String> cores,
    Optional<String> links) {

  private static final String INTRODUCTION = "Gres Name=";
  private static final String NONE = "(null)";
  private static final Pattern COUNT = Pattern.compile("\\d{1,18}");

  /** More than any node has; what comes after is not read. */
  private static final int MOST_LINES = 100_000;

  SlurmdGresLine {
    requireNonNull(name, "name");
    requireNonNull(type, "type");
    files = List.copyOf(files);
    requireNonNull(cores, "cores");
    requireNonNull(links, "links");
  }

  /**
   * The records in what slurmd printed, in its order. Never throws; other lines are passed over.
   */
  static List<SlurmdGresLine> parse(String printed) {
    return printed
        .lines()
        .limit(MOST_LINES)
        .map(SlurmdGresLine::parseLine)
        .flatMap(Optional::stream)
        .toList();
  }

  private static Optional<SlurmdGresLine> parseLine(String line) {
    int begin = line.indexOf(INTRODUCTION);
    if (begin < 0) {
      return Optional.empty();
    }
    Map<String, String> words = words(line.substring(begin + "Gres ".length()));
    Optional<String> count =
        Optional.ofNullable(words.get("count")).filter(text -> COUNT.matcher(text).matches());
    return count.map(
        number ->
            new SlurmdGresLine(
                words.getOrDefault("name", ""),
                Optional.ofNullable(words.get("type")),
                Long.parseLong(number),
                Optional.ofNullable(words.get("file"))
                    .map(files -> Arrays.asList(files.split(",", -1)))
                    .orElse(List.of()),
                Optional.ofNullable(words.get("cores")),
                Optional.ofNullable(words.get("links"))));
  }

  private static Map<String, String> words(String text) {
    Map<String, String> words = new LinkedHashMap<>();
    for (String word : text.split(" ", -1)) {
      int sign = word.indexOf('=');
      if (sign > 0 && !word.substring(sign + 1).equals(NONE)) {
        words.putIfAbsent(
            word.substring(0, sign).toLowerCase(Locale.ROOT), word.substring(sign + 1));
      }
    }
    return words;
  }
}
