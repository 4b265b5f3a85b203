package org.sobre.daemon;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.sobre.energy.accrual.Accrual;
import org.sobre.slurm.job.JobKey;

/** What jobs said of themselves and the accrual has not been told yet. */
final class Declarations {

  /** The last word of each job: one that says much takes no room from others. */
  private final Map<JobKey, JobAnswers.Declaration> waiting = new ConcurrentHashMap<>();

  /** From any thread. */
  void add(JobAnswers.Declaration declaration) {
    waiting.merge(declaration.job(), declaration, (before, now) -> now.after(before));
  }

  /** Tells the accrual those of jobs that have begun; those of jobs that are gone go with them. */
  void give(Accrual accrual, JobSources jobs) {
    for (JobKey job : Set.copyOf(waiting.keySet())) {
      // One whose begin waits for the node to be known is heard when it has begun.
      if (accrual.knows(job) || jobs.owner(job).isEmpty()) {
        Optional.ofNullable(waiting.remove(job)).ifPresent(words -> give(accrual, words));
      }
    }
  }

  private static void give(Accrual accrual, JobAnswers.Declaration declaration) {
    if (declaration.keep()) {
      accrual.amend(declaration.job(), declaration.words());
    } else {
      accrual.declare(declaration.job(), declaration.words());
    }
  }
}
