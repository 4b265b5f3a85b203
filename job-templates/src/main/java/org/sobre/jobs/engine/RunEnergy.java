package org.sobre.jobs.engine;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Optional;
import org.sobre.hardware.units.Reading;
import org.sobre.jobs.station.MeteredRun;

/**
 * What the wrapped command has drawn so far. A Slurm job may be older than the command and have run
 * others before: the daemon is asked at both ends, and the difference is the command's. Both
 * answers are behind the meters by about as much.
 *
 * @param ofTheCommand false where {@code drawn} is the job's, from its own begin
 */
record RunEnergy(JobEnergy drawn, boolean ofTheCommand) {

  /** From the prolog to the command: the runtime's start, and the question after free memory. */
  private static final Duration JOB_BEGAN_JUST_BEFORE = Duration.ofSeconds(5);

  RunEnergy {
    requireNonNull(drawn, "drawn");
  }

  /**
   * Before the command: what does not count to it.
   *
   * @param deadline short, for the command waits
   */
  static Reading<JobEnergy> before(Reading<MeteredRun> metered, Duration deadline) {
    return metered.match(
        // begun for this command alone
        run -> run.station() ? Reading.of(JobEnergy.NOTHING) : ask(run, deadline),
        none -> Reading.unavailable(none.reason(), none.detail()));
  }

  /**
   * After the command.
   *
   * @param took the command's own time
   */
  static Reading<RunEnergy> after(
      Reading<MeteredRun> metered, Reading<JobEnergy> before, Duration deadline, Duration took) {
    Reading<JobEnergy> now =
        metered.match(
            run -> ask(run, deadline), none -> Reading.unavailable(none.reason(), none.detail()));
    return now.match(
        end -> Reading.of(between(before.measured(), end, took)),
        none -> Reading.unavailable(none.reason(), none.detail()));
  }

  /** Of a job that the daemon did not know at the command's begin all counts, if it is as young. */
  static RunEnergy between(Optional<JobEnergy> before, JobEnergy end, Duration took) {
    Optional<JobEnergy> difference = before.flatMap(end::since);
    if (difference.isPresent()) {
      return new RunEnergy(difference.get(), true);
    }
    boolean young =
        Duration.ofSeconds(end.elapsedSeconds()).compareTo(took.plus(JOB_BEGAN_JUST_BEFORE)) <= 0;
    return new RunEnergy(end, before.isEmpty() && young);
  }

  private static Reading<JobEnergy> ask(MeteredRun run, Duration deadline) {
    return new JobSocketClient(run.socket(), deadline).energy(run.job());
  }
}
