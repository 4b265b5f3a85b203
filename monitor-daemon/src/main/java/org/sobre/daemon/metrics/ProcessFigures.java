package org.sobre.daemon.metrics;

import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the daemon itself takes, without the tools that it runs: from {@code /proc/self/stat} and
 * {@code status} (proc(5)).
 *
 * @param cpuSeconds user and system time since it started
 * @param residentBytes absent where the kernel does not tell
 */
record ProcessFigures(double cpuSeconds, OptionalLong residentBytes) {

  /** Of a second, in which /proc counts whatever the kernel's own clock is: USER_HZ. */
  private static final double TICKS = 100;

  private static final int USER_TIME = 14;
  private static final int SYSTEM_TIME = 15;

  private static final long BYTES_PER_KIB = 1024;
  private static final Pattern RESIDENT = Pattern.compile("(?m)^VmRSS:\\s+(\\d{1,15}) kB$");

  /**
   * Empty if {@code stat} is not as proc(5) says.
   *
   * @param stat one line; the program's name in it may have blanks and brackets
   */
  static Optional<ProcessFigures> parse(String stat, String status) {
    // fields are counted from 1, and the third comes after the name's closing bracket
    String[] fields = stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ", -1);
    try {
      long ticks = Long.parseLong(fields[USER_TIME - 3]) + Long.parseLong(fields[SYSTEM_TIME - 3]);
      Matcher resident = RESIDENT.matcher(status);
      return Optional.of(
          new ProcessFigures(
              ticks / TICKS,
              resident.find()
                  ? OptionalLong.of(Long.parseLong(resident.group(1)) * BYTES_PER_KIB)
                  : OptionalLong.empty()));
    } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
      return Optional.empty();
    }
  }
}
