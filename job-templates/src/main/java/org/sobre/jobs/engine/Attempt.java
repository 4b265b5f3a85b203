package org.sobre.jobs.engine;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import org.sobre.jobs.launch.ChildProcess;

/**
 * One start of the command, and how it ended.
 *
 * @param number from 1
 * @param prepared what it was started with
 * @param took from its start to its end
 */
record Attempt(int number, Prepared prepared, ChildProcess.Result result, Duration took) {

  Attempt {
    requireNonNull(prepared, "prepared");
    requireNonNull(result, "result");
    requireNonNull(took, "took");
    if (number < 1) {
      throw new IllegalArgumentException("expected an attempt from 1, found " + number);
    }
  }
}
