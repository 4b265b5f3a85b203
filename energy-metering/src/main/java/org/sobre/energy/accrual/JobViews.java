package org.sobre.energy.accrual;

import static java.util.Objects.requireNonNull;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sobre.energy.attribution.Attribution;
import org.sobre.energy.attribution.Holdings;
import org.sobre.energy.attribution.Split;
import org.sobre.energy.attribution.Timeline;
import org.sobre.energy.meter.MeteredInterval;
import org.sobre.slurm.job.JobKey;

/**
 * What running jobs are told of themselves, as things stood at one moment. Worked out when first
 * asked for, in the thread that asks: in most seconds nobody does.
 */
public final class JobViews {

  private final Checkpoint checkpoint;
  private final Holdings holdings;
  private final long nowNanos;
  private final long gapNanos;
  private @Nullable Map<JobKey, JobView> views;

  /**
   * @param checkpoint with what it has not settled added, split as the holdings are
   * @param gapNanos a meter unseen for longer has its reason told
   */
  JobViews(Checkpoint checkpoint, Holdings holdings, long nowNanos, long gapNanos) {
    this.checkpoint = checkpoint;
    this.holdings = holdings;
    this.nowNanos = nowNanos;
    this.gapNanos = gapNanos;
  }

  public synchronized Map<JobKey, JobView> all() {
    Map<JobKey, JobView> known = views;
    if (known == null) {
      known = Map.copyOf(workedOut());
      views = known;
    }
    return known;
  }

  public @Nullable JobView get(JobKey job) {
    return all().get(job);
  }

  private Map<JobKey, JobView> workedOut() {
    Map<JobKey, Run> provisional = new HashMap<>();
    for (Checkpoint.RunMark mark : checkpoint.runs()) {
      Run copy = Run.resumed(mark, checkpoint.nanos());
      provisional.put(copy.key(), copy);
    }
    Timeline timeline = new Timeline(holdings);
    for (MeteredInterval interval : checkpoint.unsettled()) {
      // What a balance would have of it is not kept: this is for the jobs alone.
      MeterTally unkept = new MeterTally(interval.meter(), "none");
      for (Map.Entry<JobKey, Split.Portion> part :
          Attribution.split(interval, timeline, checkpoint.cpus().work()).jobs().entrySet()) {
        Split.Portion portion = part.getValue();
        Run run = requireNonNull(provisional.get(part.getKey()));
        run.portion().add(portion.energy().microjoules(), portion.heldNanos(), portion.ownNanos());
        portion
            .basis()
            .ifPresent(
                basis ->
                    run.portion().addBasis(basis.staticMicrojoules(), basis.cpuTimeMicrojoules()));
        run.book(interval, unkept);
      }
    }
    Map<JobKey, JobView> all = new HashMap<>();
    provisional.forEach((job, run) -> all.put(job, view(run)));
    return all;
  }

  private JobView view(Run run) {
    long elapsed = Math.max(0, nowNanos - run.beginNanos());
    return new JobView(
        run.key(),
        run.facts().uid(),
        MeterTally.millis(elapsed),
        run.parts(elapsed, gapNanos),
        Optional.of(run.details(elapsed)));
  }
}
