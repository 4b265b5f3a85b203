package org.sobre.jobs.engine;

import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;
import org.sobre.jobs.engine.JobSocketClient.Declaration;
import org.sobre.jobs.profile.ModelProfile;
import org.sobre.jobs.station.MeteredRun;

/**
 * Tells the daemon what a command does, before it starts and after it has ended. What the command
 * itself declares in between is kept, unless it is known better.
 *
 * @param speaker whether this wrapper speaks for its job: of the tasks of a step one does
 */
record Declarations(boolean speaker) {

  /** A number among all the tasks of a step; a batch script has 0. */
  private static final String TASK = "SLURM_PROCID";

  /**
   * @param environment of this process
   */
  static Declarations of(Map<String, String> environment) {
    return new Declarations(environment.getOrDefault(TASK, "0").equals("0"));
  }

  /** Takes the place of what an earlier command of the job declared. */
  void begin(MeteredRun metered, Duration deadline, Prepared prepared) {
    declare(metered, deadline, prepared, OptionalLong.empty(), false);
  }

  /**
   * Without a profile nothing was said at the beginning: what is said now then takes the place of
   * what an earlier command of the job declared, whose batch is not this one's.
   *
   * @param items done; empty where nobody has counted
   */
  void end(MeteredRun metered, Duration deadline, Prepared prepared, OptionalLong items) {
    boolean begun = prepared.request().profile().isPresent();
    declare(metered, deadline, prepared, items, begun);
  }

  /** Nothing is told of a command of which nothing is known. */
  private void declare(
      MeteredRun metered, Duration deadline, Prepared prepared, OptionalLong items, boolean keep) {
    RunRequest request = prepared.request();
    if (!speaker || (request.profile().isEmpty() && items.isEmpty())) {
      return;
    }
    new JobSocketClient(metered.socket(), deadline)
        .declare(
            metered.job(),
            new Declaration(
                request.profile().map(ModelProfile::name),
                prepared.batch(),
                request.profile().map(ModelProfile::unit),
                items,
                keep));
  }
}
