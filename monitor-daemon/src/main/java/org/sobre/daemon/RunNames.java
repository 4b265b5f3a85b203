package org.sobre.daemon;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sobre.energy.accrual.RunningJob;
import org.sobre.slurm.job.JobKey;
import org.sobre.slurm.job.cgroup.JobName;

/** Which run a control group's job is: its name there does not have the restart count. */
final class RunNames {

  private final Map<JobName, JobKey> runs = new HashMap<>();

  private RunNames() {}

  static RunNames of(List<RunningJob> running) {
    RunNames names = new RunNames();
    for (RunningJob job : running) {
      // A pid stands where a job of Slurm has its id.
      if (job.wrapper().isEmpty()) {
        JobKey key = job.facts().key();
        names.add(JobName.ofId(key.id()), key);
        job.facts().sluid().ifPresent(sluid -> names.add(JobName.ofSluid(sluid), key));
      }
    }
    return names;
  }

  /** The last start of a job is the one that is there. */
  private void add(JobName name, JobKey key) {
    runs.merge(name, key, (one, other) -> one.compareTo(other) > 0 ? one : other);
  }

  Optional<JobKey> run(JobName job) {
    return Optional.ofNullable(runs.get(job));
  }
}
