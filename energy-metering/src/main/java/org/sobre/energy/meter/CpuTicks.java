package org.sobre.energy.meter;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The first line of {@code /proc/stat} (proc(5)): how long the processors did something since boot,
 * in the kernel's ticks.
 *
 * @param busy user, nice, system, irq, softirq; what a hypervisor took is somebody else's
 * @param all that, and idle and iowait
 */
record CpuTicks(long busy, long all) {

  private static final Pattern BLANKS = Pattern.compile(" +");
  private static final int USER = 1;
  private static final int NICE = 2;
  private static final int SYSTEM = 3;
  private static final int IDLE = 4;
  private static final int IO_WAIT = 5;
  private static final int IRQ = 6;
  private static final int SOFT_IRQ = 7;

  /** Empty if the text is not one of /proc/stat. Guests' time is in user's and nice's. */
  static Optional<CpuTicks> parse(String stat) {
    String[] words = BLANKS.split(stat.lines().findFirst().orElse(""), -1);
    if (words.length <= SOFT_IRQ || !words[0].equals("cpu")) {
      return Optional.empty();
    }
    try {
      long busy = 0;
      for (int column : new int[] {USER, NICE, SYSTEM, IRQ, SOFT_IRQ}) {
        busy += Long.parseLong(words[column]);
      }
      return Optional.of(
          new CpuTicks(busy, busy + Long.parseLong(words[IDLE]) + Long.parseLong(words[IO_WAIT])));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  /** Which part of the time since then was busy, 0 to 1; empty if none has passed. */
  Optional<Double> busySince(CpuTicks before) {
    // iowait may go back a little, says proc(5)
    long passed = all - before.all;
    return passed <= 0
        ? Optional.empty()
        : Optional.of(Math.min(1, Math.max(0, (busy - before.busy) / (double) passed)));
  }
}
