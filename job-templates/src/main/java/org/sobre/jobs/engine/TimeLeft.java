package org.sobre.jobs.engine;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.sobre.hardware.probe.ToolResult;
import org.sobre.hardware.probe.ToolRunner;

/**
 * How long a job may run yet, as {@code squeue -o %L} tells it (squeue(1)): Slurm 22.05 gives a job
 * no variable of it. Asked only after an attempt that failed.
 */
record TimeLeft(ToolRunner tools, Map<String, String> environment) {

  /** A controller that is well answers in a hundredth of it. */
  private static final Duration DEADLINE = Duration.ofSeconds(3);

  private static final Pattern JOB = Pattern.compile("\\d{1,10}");

  /** As {@code 1-02:03:04}, {@code 2:03:04} and {@code 3:04}. */
  private static final Pattern FORM =
      Pattern.compile("(?:(\\d{1,5})-)?(?:(\\d{1,4}):)?(\\d{1,5}):(\\d{2})");

  TimeLeft {
    environment = Map.copyOf(environment);
  }

  /** Absent where there is no end, or nobody tells it. */
  Optional<Duration> ask() {
    String job = environment.getOrDefault("SLURM_JOB_ID", "");
    if (!JOB.matcher(job).matches()) {
      return Optional.empty();
    }
    ToolResult answer = tools.run(List.of("squeue", "-h", "-o", "%L", "-j", job), DEADLINE);
    return answer.succeeded() ? parse(answer.stdout().strip()) : Optional.empty();
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
