package org.sobre.daemon;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sobre.slurm.job.JobKey;

/** Which run a spool file is of, where the file's name is not the run's. */
final class SpoolNames {

  /** Whose files are of a run that began without them, and has a name of its own. */
  private final Map<JobKey, JobKey> adopted = new HashMap<>();

  /** Whose end, and not more, is of a run of another name: the epilog counts a requeue. */
  private final Map<JobKey, JobKey> endsOf = new HashMap<>();

  /** Files of this name are a run's. */
  void adopt(JobKey file, JobKey run) {
    adopted.put(file, run);
  }

  boolean isAdopted(JobKey file) {
    return adopted.containsKey(file);
  }

  /** That of the same name, unless it is another's. */
  JobKey run(JobKey file) {
    return adopted.getOrDefault(file, file);
  }

  /** The end of this name is a run's, if the files are not one's already. */
  void endOf(JobKey file, JobKey run) {
    if (!isAdopted(file)) {
      endsOf.put(file, run);
    }
  }

  /** Empty where no run of another name has it. */
  Optional<JobKey> runOfEnd(JobKey file) {
    return Optional.ofNullable(adopted.getOrDefault(file, endsOf.get(file)));
  }

  void forgetEnd(JobKey file) {
    endsOf.remove(file);
  }

  List<JobKey> adoptedBy(JobKey run) {
    return namesOf(run, adopted);
  }

  List<JobKey> endsOf(JobKey run) {
    return namesOf(run, endsOf);
  }

  private static List<JobKey> namesOf(JobKey run, Map<JobKey, JobKey> names) {
    return names.entrySet().stream()
        .filter(one -> one.getValue().equals(run))
        .map(Map.Entry::getKey)
        .toList();
  }

  /** The run is closed. */
  void forget(JobKey run) {
    adopted.values().removeIf(run::equals);
    endsOf.values().removeIf(run::equals);
  }
}
