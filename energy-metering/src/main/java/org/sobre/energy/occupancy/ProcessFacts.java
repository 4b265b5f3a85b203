package org.sobre.energy.occupancy;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One process, as {@code /proc/PID/stat} and {@code /proc/PID/status} have it: proc(5).
 *
 * @param parent pid of its parent; 0 for one that has none here
 * @param startTicks since boot, in ticks of {@value #NANOS_PER_TICK} ns
 * @param uid real user id, from 0 to 2^31 - 1; a process of a larger one is none
 * @param gid real group id
 * @param program the name of the file that was executed, cut to 15 bytes, unless the process gave
 *     itself another
 */
public record ProcessFacts(
    long pid, long parent, long startTicks, int uid, long gid, String program) {

  /** Linux shows user space 100 ticks a second on every architecture that has GPUs. */
  private static final long NANOS_PER_TICK = 10_000_000;

  /** Fields of stat after the program's name, which may hold blanks and parentheses itself. */
  private static final int STATE = 0;

  private static final int PARENT = 1;
  private static final int START = 19;

  private static final Pattern NUMBER = Pattern.compile("\\d{1,18}");
  private static final Pattern UID = Pattern.compile("(?m)^Uid:\\s+(\\d{1,10})\\s");
  private static final Pattern GID = Pattern.compile("(?m)^Gid:\\s+(\\d{1,10})\\s");

  /**
   * Empty for a process that has ended and is only waited for, as for texts that are cut short.
   *
   * @param stat of the kernel's file of that name
   * @param status likewise
   */
  static Optional<ProcessFacts> parse(long pid, String stat, String status) {
    String[] fields = stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ", -1);
    Matcher uid = UID.matcher(status);
    Matcher gid = GID.matcher(status);
    if (fields.length <= START || !uid.find() || !gid.find()) {
      return Optional.empty();
    }
    boolean dead = fields[STATE].equals("Z") || fields[STATE].equals("X");
    long user = Long.parseLong(uid.group(1));
    boolean isUser = user <= Integer.MAX_VALUE;
    if (dead || !isUser || !isNumber(fields[PARENT]) || !isNumber(fields[START])) {
      return Optional.empty();
    }
    return Optional.of(
        new ProcessFacts(
            pid,
            Long.parseLong(fields[PARENT]),
            Long.parseLong(fields[START]),
            (int) user,
            Long.parseLong(gid.group(1)),
            program(stat)));
  }

  private static String program(String stat) {
    return stat.substring(stat.indexOf('(') + 1, Math.max(stat.lastIndexOf(')'), 0));
  }

  private static boolean isNumber(String text) {
    return NUMBER.matcher(text).matches();
  }

  /** When it was started, on the node's uptime clock, exact to 10 ms. */
  long startNanos() {
    return startTicks * NANOS_PER_TICK;
  }
}
