package org.sobre.slurm.gres;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * What a gres.conf must not contain, because slurmd or slurmctld dies of it or reads something else
 * than was meant. Each rule says where it comes from: a function of Slurm 22.05's {@code
 * src/common/gres.c} (tag slurm-22-05-8-1; since 22.11 {@code src/interfaces/gres.c}) or what
 * Debian's slurmd 22.05.8 was seen to do. Pure: whether a file exists is asked of the caller.
 */
public final class GresRules {

  /** {@code _gres_options}: what a line may say. NodeName stands before them. */
  private static final Set<String> KEYS =
      Set.of(
          "autodetect",
          "count",
          "cpus",
          "cores",
          "file",
          "files",
          "flags",
          "link",
          "links",
          "multiplefiles",
          "name",
          "nodename",
          "type");

  private static final String COUNT = "\\d{1,18}[kKmMgGtTpP]?";
  private static final Set<String> SHARED = Set.of("shard", "mps");

  private GresRules() {}

  /**
   * @param gresConf a fragment of one node, or a whole file
   * @param exists whether a device file is there
   * @return a sentence for each rule that is broken, with line and source; empty: none is
   */
  public static List<String> broken(String gresConf, Predicate<Path> exists) {
    List<GresConfLine> lines = GresConfLine.parse(gresConf);
    List<String> broken = new ArrayList<>();
    lines.forEach(line -> ofOneLine(line, exists, broken));
    Map<String, List<GresConfLine>> byNodeAndName =
        lines.stream()
            .filter(line -> line.value("name").isPresent())
            .collect(
                Collectors.groupingBy(
                    line -> line.value("nodename").orElse("") + "/" + line.name()));
    byNodeAndName.values().forEach(group -> ofOneName(group, broken));
    return broken;
  }

  private static void ofOneLine(GresConfLine line, Predicate<Path> exists, List<String> broken) {
    unknownWords(line, broken);
    if (line.values().containsKey("file") && line.isMultiple()) {
      add(
          line,
          "File= and MultipleFiles= exclude each other (fatal in _parse_gres_config)",
          broken);
    }
    if (line.isMultiple() && line.files().size() < 2) {
      add(line, "MultipleFiles= needs two files or more (fatal in _parse_gres_config)", broken);
    }
    line.value("type")
        .filter(type -> !TypeName.isSafe(type))
        .ifPresent(
            type ->
                add(
                    line,
                    "Type="
                        + type
                        + ": expected [a-z][a-z0-9_.-]*; others are cut, or read as a count in"
                        + " --gres (seen with 22.05.8)",
                    broken));
    count(line, broken);
    line.files().stream()
        .filter(file -> !isThere(file, exists))
        .forEach(
            file ->
                add(
                    line,
                    "File="
                        + file
                        + " is not there: slurmd waits 20 s for it and then dies (_my_stat)",
                    broken));
  }

  private static void unknownWords(GresConfLine line, List<String> broken) {
    boolean include =
        line.bareWords().stream().anyMatch(w -> w.toLowerCase(Locale.ROOT).equals("include"));
    if (include) {
      add(
          line,
          "Include inside the fragment: a file that is not there stops slurmd and slurmctld after 60"
              + " s (seen with 22.05.8)",
          broken);
    } else if (!line.bareWords().isEmpty()) {
      add(
          line,
          "a word without = is fatal: " + line.bareWords().get(0) + " (s_p_parse_line)",
          broken);
    }
    line.values().keySet().stream()
        .filter(key -> !KEYS.contains(key))
        .sorted()
        .forEach(
            key ->
                add(
                    line,
                    "unknown key "
                        + key
                        + " is fatal in every slurmd that reads it (_gres_options)",
                    broken));
  }

  private static void count(GresConfLine line, List<String> broken) {
    Optional<String> count = line.value("count");
    if (count.isEmpty()) {
      return;
    }
    if (!count.get().matches(COUNT)) {
      add(line, "Count=" + count.get() + " is no number (fatal in _parse_gres_config)", broken);
    } else if (!SHARED.contains(line.name())
        && !line.isMultiple()
        && !line.files().isEmpty()
        && !count.get().equals(String.valueOf(line.files().size()))) {
      add(
          line,
          "Count="
              + count.get()
              + " with "
              + line.files().size()
              + " files: must be equal (fatal in _parse_gres_config)",
          broken);
    }
  }

  private static boolean isThere(String file, Predicate<Path> exists) {
    try {
      return exists.test(Path.of(file));
    } catch (InvalidPathException e) {
      return false;
    }
  }

  private static void ofOneName(List<GresConfLine> lines, List<String> broken) {
    GresConfLine last = lines.get(lines.size() - 1);
    if (isMixed(lines, line -> line.value("type").isPresent())) {
      add(
          last,
          "some lines of " + last.name() + " have Type= and some do not (_validate_gres_conf)",
          broken);
    }
    if (isMixed(lines, line -> !line.files().isEmpty())) {
      add(
          last,
          "some lines of " + last.name() + " have File= and some do not (_validate_gres_conf)",
          broken);
    }
    // a line without Flags inherits those of the line before (_parse_gres_config)
    long flags =
        lines.stream()
            .map(line -> line.value("flags"))
            .flatMap(Optional::stream)
            .distinct()
            .count();
    if (flags > 1 || (flags == 1 && lines.get(0).value("flags").isEmpty())) {
      add(
          last,
          "lines of " + last.name() + " differ in Flags= (fatal in _parse_gres_config)",
          broken);
    }
    doubledFiles(lines, broken);
  }

  private static boolean isMixed(List<GresConfLine> lines, Function<GresConfLine, Boolean> has) {
    return lines.stream().map(has).distinct().count() > 1;
  }

  private static void doubledFiles(List<GresConfLine> lines, List<String> broken) {
    Set<List<String>> seen = new HashSet<>();
    for (GresConfLine line : lines) {
      // the files of a MIG partition: the board's is in each of them, the list as a whole in one
      List<List<String>> units =
          line.isMultiple() ? List.of(line.files()) : line.files().stream().map(List::of).toList();
      for (List<String> unit : units) {
        if (!seen.add(unit)) {
          add(
              line,
              "File="
                  + String.join(",", unit)
                  + " stands twice (duplicate device file name, common_node_config_load)",
              broken);
        }
      }
    }
  }

  private static void add(GresConfLine line, String what, List<String> broken) {
    broken.add("gres.conf line " + line.number() + ": " + what);
  }
}
