package org.sobre.jobs.engine;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.sobre.hardware.probe.ToolResult;
import org.sobre.hardware.probe.ToolRunner;

/** What {@code squeue} says of the job that this process belongs to (squeue(1)). */
record OwnJob(ToolRunner tools, Map<String, String> environment) {

  /** A controller that is well answers in a hundredth of it. */
  static final Duration DEADLINE = Duration.ofSeconds(3);

  private static final Pattern NUMBER = Pattern.compile("\\d{1,10}");

  OwnJob {
    environment = Map.copyOf(environment);
  }

  /**
   * One of its fields. The last element of an array has the array's id, and a heterogeneous job's
   * first component the whole's: of what such an id selects the line with the own {@code %A}
   * counts.
   *
   * @param format as {@code %L}
   * @return empty outside of jobs, and where Slurm does not tell
   */
  Optional<String> field(String format) {
    Optional<String> job = number("SLURM_JOB_ID");
    if (job.isEmpty()) {
      return Optional.empty();
    }
    Optional<String> array = number("SLURM_ARRAY_JOB_ID");
    Optional<String> task = number("SLURM_ARRAY_TASK_ID");
    String selected =
        array.isPresent() && task.isPresent() ? array.get() + "_" + task.get() : job.get();
    ToolResult answer =
        tools.run(List.of("squeue", "-h", "-o", "%A " + format, "-j", selected), DEADLINE);
    String begin = job.get() + " ";
    return answer.succeeded()
        ? answer
            .stdout()
            .lines()
            .filter(line -> line.startsWith(begin))
            .map(line -> line.substring(begin.length()))
            .findFirst()
        : Optional.empty();
  }

  private Optional<String> number(String name) {
    return Optional.ofNullable(environment.get(name)).filter(n -> NUMBER.matcher(n).matches());
  }
}
