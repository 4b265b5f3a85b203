package org.sobre.accounting.report;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.sobre.accounting.store.RunDetails;
import org.sobre.accounting.store.RunRecord;

/**
 * Which runs are one job: several nodes and requeues of an id are one, an id that Slurm used again
 * is another. The restart count of a run that no prolog told of is 0, whichever it was.
 */
final class JobIdentity {

  private record Id(String cluster, long job) {}

  private static final class Job {
    final int number;
    final int uid;
    long knownUntilMillis;
    int lastRestart;

    Job(int number, RunRecord first) {
      this.number = number;
      this.uid = first.uid();
      this.knownUntilMillis = first.beginMillis();
    }

    boolean takes(RunRecord run) {
      long within = RunDetails.longestWait(run.uid() == uid).toMillis();
      return run.restart() > lastRestart || run.beginMillis() <= knownUntilMillis + within;
    }

    void add(RunRecord run) {
      knownUntilMillis = Math.max(knownUntilMillis, run.knownUntilMillis());
      lastRestart = Math.max(lastRestart, run.restart());
    }
  }

  private JobIdentity() {}

  /**
   * A number for each job, by run.
   *
   * @param runs by begin
   */
  static Map<Long, Integer> of(List<RunRecord> runs) {
    Map<Id, Job> current = new HashMap<>();
    Map<Long, Integer> numbers = new HashMap<>();
    int next = 0;
    for (RunRecord run : runs) {
      Id id = new Id(run.cluster(), run.job());
      Job job = current.get(id);
      if (job == null || !job.takes(run)) {
        job = new Job(next++, run);
        current.put(id, job);
      }
      job.add(run);
      numbers.put(run.id(), job.number);
    }
    return numbers;
  }
}
