package org.sobre.jobs.engine;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How long a job may run yet, as {@code squeue -o %L} tells it (squeue(1)): Slurm 22.05 gives a job
 * no variable of it. Asked only after an attempt that failed.
 */
record TimeLeft(OwnJob job) {

  /** As {@code 1-02:03:04}, {@code 2:03:04} and {@code 3:04}. */
  private static final Pattern FORM =
      Pattern.compile("(?:(\\d{1,5})-)?(?:(\\d{1,4}):)?(\\d{1,5}):(\\d{2})");

  /** Absent where there is no end, or nobody tells it. */
  Optional<Duration> ask() {
    return job.field("%L").flatMap(text -> parse(text.strip()));
  }

  static Optional<Duration> parse(String text) {
    Matcher m = FORM.matcher(text);
    return m.matches()
        ? Optional.of(
            Duration.ofDays(number(m.group(1)))
                .plusHours(number(m.group(2)))
                .plusMinutes(number(m.group(3)))
                .plusSeconds(number(m.group(4))))
        : Optional.empty();
  }

  private static long number(@Nullable String digits) {
    return digits == null ? 0 : Long.parseLong(digits);
  }
}
