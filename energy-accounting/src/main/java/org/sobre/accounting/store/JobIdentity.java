package org.sobre.accounting.store;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Which runs of one of Slurm's ids are one job: several nodes and requeues are one, an id that
 * Slurm used again is another. The restart count of a run that no prolog told of is 0, whichever it
 * was. Pure.
 */
final class JobIdentity {

  private static final Comparator<RunState> BY_BEGIN =
      Comparator.comparingLong(RunState::beginMillis)
          .thenComparing(run -> run.key().node())
          .thenComparing(run -> run.key().job());

  private static final class Job {
    final List<RunState> runs = new ArrayList<>();
    final int uid;
    long knownUntilMillis;
    int lastRestart;

    Job(RunState first) {
      this.uid = first.uid();
      this.knownUntilMillis = first.beginMillis();
    }

    boolean takes(RunState run) {
      long within = RunDetails.longestWait(run.uid() == uid).toMillis();
      return run.key().job().restart() > lastRestart
          || run.beginMillis() <= knownUntilMillis + within;
    }

    void add(RunState run) {
      runs.add(run);
      knownUntilMillis = Math.max(knownUntilMillis, run.knownUntilMillis());
      lastRestart = Math.max(lastRestart, run.key().job().restart());
    }
  }

  private JobIdentity() {}

  /**
   * The runs of each job, by begin.
   *
   * @param runs of one cluster and one of Slurm's ids
   */
  static List<List<RunState>> jobs(List<RunState> runs) {
    if (runs.size() == 1) {
      return List.of(runs);
    }
    List<List<RunState>> jobs = new ArrayList<>();
    Job job = null;
    for (RunState run : runs.stream().sorted(BY_BEGIN).toList()) {
      if (job == null || !job.takes(run)) {
        job = new Job(run);
        jobs.add(job.runs);
      }
      job.add(run);
    }
    return jobs;
  }
}
