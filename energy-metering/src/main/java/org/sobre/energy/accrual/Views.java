package org.sobre.energy.accrual;

import static java.util.Objects.requireNonNull;

import java.util.HashMap;
import java.util.Map;
import org.sobre.energy.attribution.Attribution;
import org.sobre.energy.attribution.Holdings;
import org.sobre.energy.meter.MeteredInterval;
import org.sobre.slurm.job.JobKey;

/** What running jobs are told of themselves. */
final class Views {

  private Views() {}

  /**
   * @param checkpoint with what it has not settled added, split as things stand now
   */
  static Map<JobKey, JobView> of(
      Checkpoint checkpoint, Holdings holdings, long nowNanos, long gapNanos) {
    Map<JobKey, Run> provisional = new HashMap<>();
    for (Checkpoint.RunMark mark : checkpoint.runs()) {
      Run copy = Run.resumed(mark, checkpoint.nanos());
      provisional.put(copy.key(), copy);
    }
    for (MeteredInterval interval : checkpoint.unsettled()) {
      Attribution.split(interval, holdings)
          .jobs()
          .forEach((job, portion) -> requireNonNull(provisional.get(job)).add(interval, portion));
    }
    Map<JobKey, JobView> views = new HashMap<>();
    provisional.forEach((job, run) -> views.put(job, view(run, nowNanos, gapNanos)));
    return views;
  }

  private static JobView view(Run run, long nowNanos, long gapNanos) {
    long elapsed = Math.max(0, nowNanos - run.beginNanos());
    return new JobView(
        run.key(), run.facts().uid(), MeterTally.millis(elapsed), run.parts(elapsed, gapNanos));
  }
}
