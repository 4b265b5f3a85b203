package org.sobre.jobs.engine;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.sobre.jobs.launch.CommandTemplate;
import org.sobre.slurm.job.StepTitle;

/**
 * The tasks that a wrapped command is one of, by the variables that slurmstepd gives each (seen
 * with Slurm 22.05; srun(1), "OUTPUT ENVIRONMENT VARIABLES").
 *
 * <p>Tasks that see the same devices are taken to choose among them, as {@code SLURM_LOCALID} is
 * used for: four tasks that see four have one each, four that see one share it; so have two that
 * see four, unless their command starts a process for each.
 *
 * @param tasks of the step, this one included; 1 outside of steps
 * @param nodes of the step; outside of steps those that a launcher would start on
 * @param tasksHere of them on this node
 * @param gpusHere of the step on this node, whether or not this task sees them all; empty if it is
 *     not said
 */
record TaskWorld(int tasks, int nodes, int tasksHere, OptionalInt gpusHere) {

  /** Programs that start a command's own tasks on all nodes of a job. */
  private static final Set<String> LAUNCHERS = Set.of("srun", "mpirun", "mpiexec");

  private static final TaskWorld ALONE = new TaskWorld(1, 1, 1, OptionalInt.empty());

  /** Programs that start a process for each device of a node. */
  private static final Pattern SPREADING =
      Pattern.compile("(?<![A-Za-z0-9_-])(torchrun|accelerate|deepspeed|torch\\.distributed)");

  /** More than any machine runs, and less than what overflows. */
  private static final int MOST = 1 << 20;

  private static final Pattern NUMBER = Pattern.compile("\\d{1,7}");

  /** As {@code 4(x2),3}: the first two nodes have four each. */
  private static final Pattern GROUP = Pattern.compile("(\\d{1,7})(?:\\(x(\\d{1,7})\\))?");

  TaskWorld {
    requireNonNull(gpusHere, "gpusHere");
    if (tasks < 1 || nodes < 1 || tasksHere < 1 || tasksHere > tasks || tasks > MOST) {
      throw new IllegalArgumentException(
          "expected tasks here from 1 to those of the step, found " + tasksHere + " of " + tasks);
    }
  }

  /**
   * @param environment of this process
   * @param above of the slurmstepd that it runs under, if one can be seen: {@code sbatch} from
   *     within a step hands that step's variables on
   * @param program of the command
   */
  static TaskWorld of(Map<String, String> environment, Optional<StepTitle> above, String program) {
    if (!isTask(environment, above)) {
      int nodes = isLauncher(program) ? number(environment, "SLURM_JOB_NUM_NODES").orElse(1) : 1;
      return new TaskWorld(1, nodes, 1, OptionalInt.empty());
    }
    int tasks = number(environment, "SLURM_STEP_NUM_TASKS").orElse(1);
    int nodes = number(environment, "SLURM_STEP_NUM_NODES").orElse(1);
    int here =
        tasksOn(
                number(environment, "SLURM_NODEID").orElse(0),
                environment.getOrDefault("SLURM_STEP_TASKS_PER_NODE", ""))
            .orElse((tasks + nodes - 1) / nodes);
    return here < 1 || here > tasks ? ALONE : new TaskWorld(tasks, nodes, here, gpus(environment));
  }

  /** Of a model that computes on processors: all tasks of a node share its main memory. */
  TaskWorld withoutGpus() {
    return new TaskWorld(tasks, nodes, tasksHere, OptionalInt.empty());
  }

  static boolean isLauncher(String program) {
    return LAUNCHERS.contains(program.substring(program.lastIndexOf('/') + 1));
  }

  private static boolean isTask(Map<String, String> environment, Optional<StepTitle> above) {
    return environment.containsKey("SLURM_STEP_NUM_TASKS")
        && above
            .map(title -> NUMBER.matcher(title.step()).matches())
            .orElseGet(() -> environment.containsKey("SLURM_STEP_ID"));
  }

  private static OptionalInt gpus(Map<String, String> environment) {
    String list = environment.getOrDefault("SLURM_STEP_GPUS", "");
    return list.matches("\\d+(,\\d+)*")
        ? OptionalInt.of(list.split(",", -1).length)
        : number(environment, "SLURM_GPUS_ON_NODE");
  }

  private static OptionalInt number(Map<String, String> environment, String name) {
    String value = environment.getOrDefault(name, "");
    int number = NUMBER.matcher(value).matches() ? Integer.parseInt(value) : 0;
    return number >= (name.equals("SLURM_NODEID") ? 0 : 1) && number <= MOST
        ? OptionalInt.of(number)
        : OptionalInt.empty();
  }

  private static OptionalInt tasksOn(int node, String groups) {
    int first = 0;
    for (String group : groups.split(",", -1)) {
      Matcher m = GROUP.matcher(group);
      if (!m.matches()) {
        return OptionalInt.empty();
      }
      first += m.group(2) == null ? 1 : Integer.parseInt(m.group(2));
      if (node < first) {
        return OptionalInt.of(Integer.parseInt(m.group(1)));
      }
    }
    return OptionalInt.empty();
  }

  /**
   * How many processes train together, each with its batch on a device.
   *
   * @param devices that this task sees, from 0
   * @param command of each task
   */
  int world(int devices, List<String> command) {
    int own = Math.max(1, devices);
    boolean uses = isBound(own) || (tasksHere < own && (tasksHere == 1 || isSpread(command)));
    long all = uses ? (long) own * units(own) : tasks;
    return (int) Math.min(MOST, all);
  }

  /** Whether each task starts a process for each device that it sees. */
  private static boolean isSpread(List<String> command) {
    return CommandTemplate.asksFor(command, Prepared.GPUS)
        || command.stream().anyMatch(SPREADING.asPredicate());
  }

  /** Tasks that have devices to themselves, or nodes whose tasks share theirs out. */
  private int units(int devices) {
    return isBound(devices) ? tasks : nodes;
  }

  /**
   * How many tasks share each device.
   *
   * @param devices that this task sees, from 0
   */
  int tasksPerDevice(int devices) {
    int own = Math.max(1, devices);
    return isBound(own)
        ? Math.max(1, ceiling(tasksHere * (long) own, gpusHere.getAsInt()))
        : ceiling(tasksHere, own);
  }

  /**
   * Whether other tasks take memory of what this one sees: of a device that several share, or of
   * the others among which they choose.
   *
   * @param devices that this task sees; empty where that is not known
   */
  boolean isShared(OptionalInt devices) {
    boolean alone =
        devices.isPresent()
            && isBound(Math.max(1, devices.getAsInt()))
            && tasksPerDevice(devices.getAsInt()) == 1;
    return tasksHere > 1 && !alone;
  }

  /** Whether each task sees some of the step's devices only. */
  private boolean isBound(int own) {
    return gpusHere.isPresent() && own < gpusHere.getAsInt();
  }

  private static int ceiling(long all, int parts) {
    return (int) ((all + parts - 1) / parts);
  }
}
