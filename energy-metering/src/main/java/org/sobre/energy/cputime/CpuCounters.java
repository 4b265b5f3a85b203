package org.sobre.energy.cputime;

import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The kernel's texts about CPU time, in microseconds. Pure; empty for a text that is none. */
final class CpuCounters {

  /** Linux shows user space 100 ticks a second on every architecture that has GPUs. */
  private static final long MICROS_PER_TICK = 10_000;

  private static final long NANOS_PER_MICRO = 1_000;

  /** {@code cpu user nice system idle iowait irq softirq steal guest guest_nice}: proc(5). */
  private static final String ALL = "cpu  ";

  /** Of its fields those in which a processor does something; guests' time is in user and nice. */
  private static final int[] BUSY = {0, 1, 2, 5, 6};

  private static final Pattern USAGE = Pattern.compile("(?m)^usage_usec (\\d{1,18})$");
  private static final Pattern NUMBER = Pattern.compile("\\d{1,15}");

  /**
   * Of stat, after the program's name, which may hold blanks and parentheses itself: its own time
   * and that of its children that have ended, user and system each.
   */
  private static final int OWN_TIME = 11;

  private static final int WAITED_TIME = 13;

  /** After the program's name, too. */
  private static final int PARENT = 1;

  private static final int START = 19;

  private CpuCounters() {}

  /**
   * In which any processor was busy, all of them summed.
   *
   * @param stat {@code /proc/stat}, or its begin
   */
  static OptionalLong busy(String stat) {
    String first = stat.lines().findFirst().orElse("");
    if (!first.startsWith(ALL)) {
      return OptionalLong.empty();
    }
    String[] ticks = first.substring(ALL.length()).split(" ", -1);
    long busy = 0;
    for (int i : BUSY) {
      if (ticks.length <= i || !NUMBER.matcher(ticks[i]).matches()) {
        return OptionalLong.empty();
      }
      busy += Long.parseLong(ticks[i]);
    }
    return OptionalLong.of(busy * MICROS_PER_TICK);
  }

  /**
   * Of all that ever was in a control group or below it.
   *
   * @param cpuStat {@code cpu.stat} of cgroup v2, which every group has, whether or not the cpu
   *     controller is enabled for it
   */
  static OptionalLong ofGroup(String cpuStat) {
    Matcher usage = USAGE.matcher(cpuStat);
    return usage.find() ? OptionalLong.of(Long.parseLong(usage.group(1))) : OptionalLong.empty();
  }

  /**
   * The same of cgroup v1.
   *
   * @param usage {@code cpuacct.usage}: nanoseconds
   */
  static OptionalLong ofAccount(String usage) {
    String text = usage.strip();
    return NUMBER.matcher(text).matches()
        ? OptionalLong.of(Long.parseLong(text) / NANOS_PER_MICRO)
        : OptionalLong.empty();
  }

  /**
   * Of a process and of its children that have ended and were waited for.
   *
   * @param stat {@code /proc/PID/stat}
   */
  static Optional<ProcessTime> ofProcess(String stat) {
    String[] fields = stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ", -1);
    if (fields.length <= START || !areNumbers(fields, OWN_TIME, WAITED_TIME + 2)) {
      return Optional.empty();
    }
    return Optional.of(
        new ProcessTime(
            Long.parseLong(fields[START]),
            Long.parseLong(fields[PARENT]),
            fields[0].equals("Z"),
            micros(fields, OWN_TIME),
            micros(fields, WAITED_TIME)));
  }

  /** From there to there, and its parent and when it began. */
  private static boolean areNumbers(String[] fields, int from, int to) {
    return Stream.concat(Stream.of(fields[PARENT], fields[START]), Arrays.stream(fields, from, to))
        .allMatch(field -> NUMBER.matcher(field).matches());
  }

  /** User and system. */
  private static long micros(String[] fields, int at) {
    return (Long.parseLong(fields[at]) + Long.parseLong(fields[at + 1])) * MICROS_PER_TICK;
  }
}
