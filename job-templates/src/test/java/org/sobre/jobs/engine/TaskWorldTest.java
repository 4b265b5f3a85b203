package org.sobre.jobs.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sobre.slurm.job.StepTitle;

class TaskWorldTest {

  private static final List<String> COMMAND = List.of("python", "train.py");

  /** What the task sees, and of it the world and the tasks on one device. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // a batch script, a station
        "                                                        | 4 | 4  | 1",
        // srun -n 4 on one GPU, on four, on two, and with four of two bound one each
        "NUM_TASKS=4 NUM_NODES=1 TASKS_PER_NODE=4 GPUS=0          | 1 | 4  | 4",
        "NUM_TASKS=4 NUM_NODES=1 TASKS_PER_NODE=4 GPUS=0,1,2,3    | 4 | 4  | 1",
        "NUM_TASKS=4 NUM_NODES=1 TASKS_PER_NODE=4 GPUS=0,1        | 2 | 4  | 2",
        "NUM_TASKS=4 NUM_NODES=1 TASKS_PER_NODE=4 GPUS=0,1,2,3    | 1 | 4  | 1",
        "NUM_TASKS=4 NUM_NODES=1 TASKS_PER_NODE=4 GPUS=0,1        | 1 | 4  | 2",
        // each of two has two of four
        "NUM_TASKS=2 NUM_NODES=1 TASKS_PER_NODE=2 GPUS=0,1,2,3    | 2 | 4  | 1",
        // each of four has two of four
        "NUM_TASKS=4 NUM_NODES=1 TASKS_PER_NODE=4 GPUS=0,1,2,3    | 2 | 8  | 2",
        // a launcher on each of two nodes
        "NUM_TASKS=2 NUM_NODES=2 TASKS_PER_NODE=1(x2) GPUS=0,1    | 2 | 4  | 1",
        // two tasks that see three, or four: one each
        "NUM_TASKS=2 NUM_NODES=1 TASKS_PER_NODE=2 GPUS=0,1,2      | 3 | 2  | 1",
        "NUM_TASKS=2 NUM_NODES=1 TASKS_PER_NODE=2 GPUS=0,1,2,3    | 4 | 2  | 1",
        "NUM_TASKS=4 NUM_NODES=2 TASKS_PER_NODE=2(x2) GPUS=0,1,2,3| 4 | 4  | 1",
        // unlike numbers of tasks: the third node has one
        "NUM_TASKS=9 NUM_NODES=3 TASKS_PER_NODE=4(x2),1 NODEID=2  | 1 | 9  | 1",
        "NUM_TASKS=9 NUM_NODES=3 TASKS_PER_NODE=4(x2),1 NODEID=1  | 1 | 9  | 4",
        // not said how many here
        "NUM_TASKS=4 NUM_NODES=2                                  | 1 | 4  | 2",
        "NUM_TASKS=5 NUM_NODES=2                                  | 1 | 5  | 3",
        // no GPU
        "NUM_TASKS=4 NUM_NODES=1 TASKS_PER_NODE=4                 | 0 | 4  | 4"
      })
  void worldAndTasksOnADeviceAreOfTheStep(String variables, int devices, int world, int sharing) {
    TaskWorld tasks = TaskWorld.of(step(variables), Optional.empty(), "python");
    assertThat(tasks.world(devices, COMMAND)).as("world").isEqualTo(world);
    assertThat(tasks.tasksPerDevice(devices)).as("tasks on a device").isEqualTo(sharing);
  }

  /** What the others take is not to be seen by one, and by none where each has cards of its own. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "                                                         | 4 | false",
        "NUM_TASKS=1 NUM_NODES=1 TASKS_PER_NODE=1 GPUS=0          | 1 | false",
        "NUM_TASKS=2 NUM_NODES=2 TASKS_PER_NODE=1(x2) GPUS=0      | 1 | false",
        "NUM_TASKS=4 NUM_NODES=1 TASKS_PER_NODE=4 GPUS=0          | 1 | true",
        "NUM_TASKS=4 NUM_NODES=1 TASKS_PER_NODE=4 GPUS=0,1,2,3    | 4 | true",
        "NUM_TASKS=4 NUM_NODES=1 TASKS_PER_NODE=4 GPUS=0,1,2,3    | 1 | false",
        "NUM_TASKS=4 NUM_NODES=1 TASKS_PER_NODE=4 GPUS=0,1        | 1 | true",
        "NUM_TASKS=4 NUM_NODES=1 TASKS_PER_NODE=4                 |   | true"
      })
  void whichTasksSeeWhatOthersTake(String variables, Integer devices, boolean shared) {
    TaskWorld tasks = TaskWorld.of(step(variables), Optional.empty(), "python");
    OptionalInt seen = devices == null ? OptionalInt.empty() : OptionalInt.of(devices);
    assertThat(tasks.isShared(seen)).isEqualTo(shared);
  }

  /** As torchrun does in each of two tasks that see four devices. */
  @ParameterizedTest
  @CsvSource({
    "torchrun --nproc-per-node=4 train.py, 4",
    "accelerate launch train.py, 4",
    "apptainer exec image.sif /opt/bin/deepspeed train.py, 4",
    "python -m torch.distributed.run train.py, 4",
    "python spread.py --processes={gpus}, 4",
    "python train.py --processes=4, 2",
    "python my-torchrun-like.py, 2"
  })
  void onlyALauncherUsesMoreDevicesThanThereAreTasks(String command, int world) {
    TaskWorld tasks =
        TaskWorld.of(
            step("NUM_TASKS=2 NUM_NODES=1 TASKS_PER_NODE=2 GPUS=0,1,2,3"),
            Optional.empty(),
            "python");
    assertThat(tasks.world(4, List.of(command.split(" ", -1)))).isEqualTo(world);
  }

  @Test
  void aStepsVariablesInTheScriptOfAJobSubmittedFromItAreNobodys() {
    Map<String, String> variables = step("NUM_TASKS=4 NUM_NODES=1 TASKS_PER_NODE=4");
    Optional<StepTitle> batch = Optional.of(new StepTitle(7, "batch"));
    assertThat(TaskWorld.of(variables, batch, "python").world(1, COMMAND)).isEqualTo(1);
    Optional<StepTitle> step = Optional.of(new StepTitle(7, "3"));
    assertThat(TaskWorld.of(variables, step, "python").world(1, COMMAND)).isEqualTo(4);
  }

  /** {@code sobre finetune -- srun torchrun ...} in a script of three nodes. */
  @ParameterizedTest
  @CsvSource({"srun, 6", "/usr/bin/srun, 6", "mpirun, 6", "python, 2"})
  void aLauncherStartsOnAllNodesOfTheJob(String program, int world) {
    Map<String, String> script = Map.of("SLURM_JOB_ID", "7", "SLURM_JOB_NUM_NODES", "3");
    assertThat(TaskWorld.of(script, Optional.empty(), program).world(2, COMMAND)).isEqualTo(world);
  }

  /** The id of a step that a shell has handed on, without its tasks. */
  @Test
  void aStepsNumberAloneMakesNoTask() {
    Map<String, String> shell = Map.of("SLURM_STEP_ID", "0", "SLURM_JOB_NUM_NODES", "3");
    assertThat(TaskWorld.of(shell, Optional.empty(), "srun").world(2, COMMAND)).isEqualTo(6);
  }

  /** Slurm 22.05 tells a step's GPUs in one of two ways, or not. */
  @ParameterizedTest
  @CsvSource({"SLURM_STEP_GPUS, '0,1', 1", "SLURM_GPUS_ON_NODE, 2, 1", "OTHER, 2, 2"})
  void howManyGpusAStepHasHere(String name, String value, int sharing) {
    Map<String, String> variables = step("NUM_TASKS=2 NUM_NODES=1 TASKS_PER_NODE=2");
    variables.put(name, value);
    TaskWorld tasks = TaskWorld.of(variables, Optional.empty(), "python");
    assertThat(tasks.tasksPerDevice(1)).isEqualTo(sharing);
    assertThat(tasks.withoutGpus().tasksPerDevice(1)).as("of main memory").isEqualTo(2);
  }

  /** Whatever stands in the variables, there is a world, and it is in range. */
  @Test
  void noVariableMakesAWorldThatCannotBe() {
    Random random = new Random(7);
    String[] words = {
      "", "0", "-1", "1", "4", "4(x2)", "4(x2),", "x", "9999999", "99999999", "2,2"
    };
    String[] names = {"STEP_NUM_TASKS", "STEP_NUM_NODES", "STEP_TASKS_PER_NODE", "STEP_GPUS"};
    for (int i = 0; i < 2_000; i++) {
      Map<String, String> variables = new HashMap<>(Map.of("SLURM_STEP_ID", "0"));
      for (String name : names) {
        variables.put("SLURM_" + name, words[random.nextInt(words.length)]);
      }
      variables.put("SLURM_NODEID", words[random.nextInt(words.length)]);
      TaskWorld tasks = TaskWorld.of(variables, Optional.empty(), "srun");
      int devices = random.nextInt(17);
      assertThat(tasks.world(devices, COMMAND)).as("%s", variables).isBetween(1, 1 << 20);
      assertThat(tasks.tasksPerDevice(devices)).as("%s", variables).isBetween(1, 1 << 20);
    }
  }

  private static Map<String, String> step(String words) {
    Map<String, String> variables = new HashMap<>();
    if (words != null && !words.isBlank()) {
      variables.put("SLURM_STEP_ID", "0");
      Arrays.stream(words.split(" ", -1))
          .map(word -> word.split("=", 2))
          .forEach(
              pair ->
                  variables.put(
                      pair[0].equals("NODEID") ? "SLURM_NODEID" : "SLURM_STEP_" + pair[0],
                      pair[1]));
    }
    return variables;
  }
}
