package org.sobre.slurm.job;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a {@code slurmstepd} calls itself, as {@code /proc/PID/cmdline} has it: {@code slurmstepd:
 * [12345.batch]}. One runs for each step of a job, whatever tracks the job's processes; by Slurm's
 * src/slurmd/slurmstepd/slurmstepd.c (_set_job_log_prefix) the job's id stands there from 22.05 to
 * 26.05, which may add {@code stepmgr}. Until it has heard which step it is to run it has the path
 * it was started by.
 *
 * @param job Slurm's job id, from 1
 * @param step {@code batch}, {@code extern}, {@code interactive}, or a number
 */
public record StepTitle(long job, String step) {

  private static final String NAME = "slurmstepd";
  private static final Pattern FORM =
      Pattern.compile(NAME + ": \\[([1-9]\\d{0,9})\\.([a-z0-9]{1,16})[+\\] ]");

  /**
   * Those that last as long as the job does on their node. An interactive one does not: {@code srun
   * --interactive} starts one in any job.
   */
  private static final Set<String> LASTING = Set.of("batch", "extern");

  public StepTitle {
    requireNonNull(step, "step");
  }

  /**
   * @param cmdline the file's text, whatever follows the title
   * @return empty for another program, and for a slurmstepd that has no title yet
   */
  public static Optional<StepTitle> parse(String cmdline) {
    Matcher title = FORM.matcher(cmdline);
    return title.lookingAt()
        ? Optional.of(new StepTitle(Long.parseLong(title.group(1)), title.group(2)))
        : Optional.empty();
  }

  /** Whether it is a slurmstepd at all, with a title or without. */
  public static boolean isStepDaemon(String cmdline) {
    int end = cmdline.indexOf('\0');
    String program = end < 0 ? cmdline : cmdline.substring(0, end);
    return program.startsWith(NAME + ":") || program.equals(NAME) || program.endsWith("/" + NAME);
  }

  /**
   * Whether it is there from the job's begin on this node to its end. A numbered step is not: a job
   * may have none for hours and still hold its GPUs.
   */
  public boolean isLasting() {
    return LASTING.contains(step);
  }
}
