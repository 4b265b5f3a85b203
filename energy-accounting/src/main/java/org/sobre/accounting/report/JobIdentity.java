package org.sobre.accounting.report;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.sobre.accounting.store.RunRecord;

/**
 * Which runs are one job: several nodes and requeues of an id are one, an id that Slurm used again
 * is another.
 */
final class JobIdentity {

  /** Runs on several nodes begin together; this is for clocks that do not agree. */
  private static final long SLACK_MILLIS = 300_000;

  private record Id(String cluster, long job) {}

  private record Start(String node, int restart) {}

  private static final class Job {
    final int number;
    final Set<Start> starts = new HashSet<>();
    final Map<Integer, Long> endOfRestart = new HashMap<>();
    int lastRestart;

    Job(int number) {
      this.number = number;
    }

    boolean takes(RunRecord run) {
      Long end = endOfRestart.get(run.restart());
      return run.restart() >= lastRestart
          && !starts.contains(new Start(run.node(), run.restart()))
          && (end == null || run.beginMillis() <= end + SLACK_MILLIS);
    }

    void add(RunRecord run) {
      starts.add(new Start(run.node(), run.restart()));
      endOfRestart.merge(run.restart(), run.knownUntilMillis(), Math::max);
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
        job = new Job(next++);
        current.put(id, job);
      }
      job.add(run);
      numbers.put(run.id(), job.number);
    }
    return numbers;
  }
}
