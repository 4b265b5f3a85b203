package org.sobre.jobs.engine;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.sobre.slurm.job.StepTitle;

/**
 * The component of a heterogeneous job that a process runs in. Each is a job of its own to Slurm's
 * hooks and accounting, and so to the node's daemon; a task is told the first one's id in {@code
 * SLURM_JOB_ID} whatever its own, which its slurmstepd has (seen with Slurm 22.05.8: {@code
 * slurmstepd: [34.0]} with {@code SLURM_JOB_ID=33}).
 */
final class HetComponent {

  private static final String SIZE = "SLURM_HET_SIZE";
  private static final String JOB = "SLURM_JOB_ID";
  private static final String NODES = "SLURM_JOB_NODELIST";
  private static final String GROUP = "_HET_GROUP_";
  private static final int MOST_GROUPS = 128;

  private HetComponent() {}

  static boolean isOne(Map<String, String> environment) {
    return environment.containsKey(SIZE) && environment.containsKey(JOB);
  }

  /**
   * Whether the command has tasks in several components, of which this process sees one: its step
   * has more nodes than the component, or it starts them itself.
   *
   * @param own as {@link #ofOwnJob} gives it
   */
  static boolean isSpread(Map<String, String> own, TaskWorld tasks, boolean launches) {
    return isOne(own) && (launches || tasks.nodes() > nodes(own));
  }

  /** Of the component; 1 where that is not told. {@code SLURM_JOB_NUM_NODES} is the step's. */
  private static int nodes(Map<String, String> own) {
    for (int group = 0; group < MOST_GROUPS; group++) {
      String nodes = own.getOrDefault("SLURM_JOB_NUM_NODES" + GROUP + group, "");
      if (own.getOrDefault(JOB, "").equals(own.get(JOB + GROUP + group))
          && nodes.matches("[1-9]\\d{0,5}")) {
        return Integer.parseInt(nodes);
      }
    }
    return 1;
  }

  /**
   * The environment with the component's own job id; as it is outside of such jobs.
   *
   * @param above of the slurmstepd that the process runs under, if it can be seen
   */
  static Map<String, String> ofOwnJob(
      Map<String, String> environment, Supplier<Optional<StepTitle>> above) {
    if (!isOne(environment)) {
      return environment;
    }
    Map<String, String> own = new HashMap<>(environment);
    above
        .get()
        .map(title -> Long.toString(title.job()))
        .or(() -> byNodes(environment))
        .ifPresent(id -> own.put(JOB, id));
    return own;
  }

  /** Where parents cannot be seen: of the one component that has the process's nodes. */
  private static Optional<String> byNodes(Map<String, String> environment) {
    Optional<String> found = Optional.empty();
    for (int group = 0; group < MOST_GROUPS; group++) {
      String id = environment.get(JOB + GROUP + group);
      String nodes = environment.get(NODES + GROUP + group);
      if (id != null && nodes != null && nodes.equals(environment.get(NODES))) {
        if (found.isPresent()) {
          return Optional.empty();
        }
        found = Optional.of(id);
      }
    }
    return found;
  }
}
