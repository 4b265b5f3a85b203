package org.sobre.slurm.command;

import static java.util.Objects.requireNonNull;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Slurm's record of one node, from {@code scontrol show node}. Read from the form of several lines:
 * there Reason and Comment, which may hold anything an admin typed, have a line each.
 *
 * @param gres count by {@code name:type}, without the socket info Slurm appends
 * @param features AvailableFeatures
 * @param cpus logical processors, CPUTot
 * @param realMemoryMebibytes RealMemory
 * @param state its words: {@code IDLE}, {@code DRAIN}, {@code DYNAMIC_NORM}
 * @param nextState what {@code scontrol reboot} says of it after the boot, where it says anything:
 *     {@code RESUME}, {@code DOWN}
 * @param extra Extra=, which Slurm keeps and does not read before 23.11
 * @param cpuBind CpuBind=, which Slurm shows only where somebody has set it
 * @param reason with the author Slurm appends: {@code fan is loud [root@2026-11-21T00:39:03]}
 */
public record NodeRecord(
    String name,
    Map<String, Integer> gres,
    Set<String> features,
    int cpus,
    long realMemoryMebibytes,
    Set<String> state,
    Optional<String> nextState,
    Optional<String> cpuBind,
    Optional<String> reason,
    Optional<String> comment,
    Optional<String> extra,
    long weight) {

  private static final Set<String> WHOLE_LINES = Set.of("OS", "Reason", "Comment", "Extra");
  private static final Pattern IN_PARENTHESES = Pattern.compile("\\([^)]*\\)");
  private static final Pattern STATE_SEPARATOR = Pattern.compile("[+*~#!%$@^-]+");

  public NodeRecord {
    gres = new TreeMap<>(gres);
    features = new TreeSet<>(features);
    state = Set.copyOf(state);
    requireNonNull(nextState, "nextState");
    requireNonNull(cpuBind, "cpuBind");
    requireNonNull(reason, "reason");
    requireNonNull(comment, "comment");
    requireNonNull(extra, "extra");
  }

  /**
   * @throws ScontrolException if the text is not one node's record
   */
  public static NodeRecord parse(String text) throws ScontrolException {
    Map<String, String> keys = keys(text);
    try {
      return new NodeRecord(
          required(keys, "NodeName"),
          counts(required(keys, "Gres")),
          list(required(keys, "AvailableFeatures")),
          Integer.parseInt(required(keys, "CPUTot")),
          Long.parseLong(required(keys, "RealMemory")),
          new TreeSet<>(List.of(STATE_SEPARATOR.split(required(keys, "State"), 0))),
          Optional.ofNullable(keys.get("NextState")),
          Optional.ofNullable(keys.get("CpuBind")),
          Optional.ofNullable(keys.get("Reason")),
          Optional.ofNullable(keys.get("Comment")),
          Optional.ofNullable(keys.get("Extra")),
          Long.parseLong(required(keys, "Weight")));
    } catch (IllegalArgumentException e) {
      throw new ScontrolException(
          ScontrolException.Kind.REFUSED,
          "scontrol show node: expected a node's record, found what cannot be read: "
              + e.getMessage());
    }
  }

  /**
   * Whether Slurm gives it no new jobs because somebody, or Slurm itself, said so; an admin's
   * {@code state=fail} is such a word too.
   */
  public boolean isDrained() {
    return state.contains("DRAIN") || state.contains("FAIL");
  }

  /** Whether it came by {@code slurmd -Z} and not from a NodeName= line. */
  public boolean isDynamic() {
    return state.contains("DYNAMIC_NORM");
  }

  public boolean isDown() {
    return state.contains("DOWN");
  }

  /**
   * Whether Slurm itself gives the node back with its next registration: {@code scontrol reboot}
   * has set it down, and the drain of its ASAP, or any where nextstate= was said, ends with the
   * boot (scontrol(1); {@code validate_node_specs} in src/slurmctld/node_mgr.c, tag
   * slurm-22-05-8-1).
   */
  public boolean isReturning() {
    return state.contains("REBOOT_ISSUED")
        && !state.contains("FAIL")
        && nextState.map(next -> !next.startsWith("DOWN")).orElse(!isDrained());
  }

  /**
   * Whether what it says is to change with slurmd's next valid registration: Slurm has not heard of
   * it since a reboot, or it last registered with less than the record says. Slurm then resumes
   * nothing, or takes the boot for an unexpected one afterwards.
   */
  public boolean awaitsRegistration() {
    return state.contains("INVALID_REG")
        || state.contains("REBOOT_ISSUED")
        || state.contains("NOT_RESPONDING");
  }

  /**
   * Sums {@code gpu:a:2(S:0),gpu:b:1} by {@code gpu:a}; {@code (null)} is none. A number that 1024
   * divides is written in K or M ({@code _get_suffix} in src/common/gres.c, tag slurm-22-05-8-1).
   */
  static Map<String, Integer> counts(String gres) {
    Map<String, Integer> counts = new TreeMap<>();
    String plain = IN_PARENTHESES.matcher(gres).replaceAll("");
    for (String item : plain.isEmpty() ? new String[0] : plain.split(",", -1)) {
      int last = item.lastIndexOf(':');
      if (last < 0) {
        counts.merge(item, 1, Integer::sum);
      } else {
        counts.merge(item.substring(0, last), count(item.substring(last + 1)), Integer::sum);
      }
    }
    return counts;
  }

  /**
   * @throws IllegalArgumentException if it is no number, or more than any node has
   */
  private static int count(String text) {
    int scale = text.endsWith("K") ? 1 << 10 : text.endsWith("M") ? 1 << 20 : 1;
    String digits = scale == 1 ? text : text.substring(0, text.length() - 1);
    try {
      return Math.multiplyExact(Integer.parseInt(digits), scale);
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException("expected a count of gres, found " + text, e);
    }
  }

  private static Set<String> list(String text) {
    String plain = IN_PARENTHESES.matcher(text).replaceAll("");
    return plain.isEmpty() ? Set.of() : new TreeSet<>(List.of(plain.split(",", -1)));
  }

  private static Map<String, String> keys(String text) {
    Map<String, String> keys = new HashMap<>();
    for (String line : text.lines().map(String::strip).toList()) {
      int equals = line.indexOf('=');
      if (equals > 0 && WHOLE_LINES.contains(line.substring(0, equals))) {
        keys.putIfAbsent(line.substring(0, equals), line.substring(equals + 1));
      } else {
        for (String word : line.split(" ", -1)) {
          int at = word.indexOf('=');
          if (at > 0) {
            keys.putIfAbsent(word.substring(0, at), word.substring(at + 1));
          }
        }
      }
    }
    return keys;
  }

  private static String required(Map<String, String> keys, String key) {
    String value = keys.get(key);
    if (value == null) {
      throw new IllegalArgumentException(key + "= is missing");
    }
    return value;
  }
}
