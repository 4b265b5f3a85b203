package org.sobre.slurm.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sobre.slurm.job.Allocation.Devices;
import org.sobre.slurm.node.NodeDocument;

/**
 * Tasks that are bound to some of a step's GPUs, on any node, with ConstrainDevices and without:
 * the wrapper and the real task prolog name the task's own cards, or leave what Slurm wrote.
 */
class BoundTasksTest {

  private static final Path TASK_PROLOG = Path.of("src/main/hooks/task-prolog").toAbsolutePath();
  private static final String CUDA = "CUDA_VISIBLE_DEVICES";
  private static final String ROCR = "ROCR_VISIBLE_DEVICES";
  private static final int NODES = 80;

  @TempDir private Path directory;

  /** A task of a job on a node drawn at random. */
  private record Task(RandomNode node, List<Integer> held, Set<String> bound, boolean constrained) {

    /** Of these devices those of one vendor. */
    static Set<String> ofVendor(Set<String> devices, boolean amd) {
      return devices.stream()
          .filter(device -> device.startsWith("AMD") == amd)
          .collect(Collectors.toSet());
    }

    /** What a runtime opens by one variable alone. */
    Set<String> opened(String variable, Map<String, String> environment) {
      return environment.containsKey(variable)
          ? node.opened(Map.of(variable, environment.get(variable)), held, constrained)
          : Set.of();
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void aTaskGetsItsOwnCardsOrWhatSlurmWrote(long seed) throws IOException {
    Random random = new Random(seed);
    int toldByBoth = 0;
    for (int i = 0; i < NODES; i++) {
      RandomNode node = new RandomNode(random);
      List<Integer> held = node.someOf(random);
      List<Integer> positions = RandomNode.someOf(held, random);
      boolean constrained = random.nextBoolean();
      NodeDocument document = node.document();
      Set<String> bound = new HashSet<>();
      positions.forEach(position -> bound.add(document.gres().get(position).device()));
      Task task = new Task(node, held, bound, constrained);
      Map<String, String> environment = node.slurms(held, positions, constrained);
      String where = "seed " + seed + ", node " + i + ": " + task + " " + environment;

      Allocation allocation = Allocation.of(environment, Optional.of(document));
      boolean byWrapper = allocation.devices() instanceof Devices.Identified;
      if (allocation.devices() instanceof Devices.Identified identified) {
        assertThat(identified.ids()).as(where).containsExactlyInAnyOrderElementsOf(bound);
      }
      Map<String, String> command =
          GpuVariables.forCommand(environment, allocation, Optional.of(document));
      assertNamesItsOwn(task, environment, command, where + " by the wrapper " + command);

      Map<String, String> told = byTaskProlog(node.visibleFile(), environment);
      assertNamesItsOwn(task, environment, told, where + " by the task prolog " + told);
      if (!told.equals(environment)) {
        assertThat(byWrapper).as(where + ": both or only the wrapper").isTrue();
        toldByBoth++;
      }
    }
    assertThat(toldByBoth).as("seed %d: tasks that are told", seed).isGreaterThan(NODES / 2);
  }

  /** A variable that was changed names the vendor's cards of the task, and no other. */
  private static void assertNamesItsOwn(
      Task task, Map<String, String> before, Map<String, String> after, String where) {
    for (String variable : List.of(CUDA, ROCR)) {
      Optional<String> now = Optional.ofNullable(after.get(variable));
      if (!now.equals(Optional.ofNullable(before.get(variable)))) {
        assertThat(task.opened(variable, after))
            .as(where)
            .isEqualTo(Task.ofVendor(task.bound(), variable.equals(ROCR)));
      }
    }
  }

  /** Three tasks, each bound to one of positions 1, 2, 3: no two get the same card. */
  @Test
  void tasksWithoutConstrainDevicesDoNotMeetOnOneCard() {
    NodeDocument node =
        UnlikeNodes.node(
            List.of("GPU-a", "GPU-b", "GPU-c", "GPU-d"),
            List.of("GPU-a", "GPU-c", "GPU-b", "GPU-d"));
    Map<String, String> words = new HashMap<>();
    for (String shown : List.of("1", "2", "3")) {
      Map<String, String> environment =
          Map.of("SLURM_JOB_ID", "7", "SLURM_JOB_GPUS", "1,2,3", CUDA, shown);
      Allocation allocation = Allocation.of(environment, Optional.of(node));
      Map<String, String> command =
          GpuVariables.forCommand(environment, allocation, Optional.of(node));
      words.put(shown, Optional.ofNullable(command.get(CUDA)).orElse("none"));
    }
    // 1 and 2 may be positions, or the second and the third of those held; 3 is a position.
    assertThat(words).isEqualTo(Map.of("1", "1", "2", "2", "3", "GPU-d"));
  }

  private Map<String, String> byTaskProlog(String visible, Map<String, String> environment)
      throws IOException {
    Path file = Files.writeString(directory.resolve("visible"), visible);
    ProcessBuilder builder =
        new ProcessBuilder(List.of("/bin/sh", TASK_PROLOG.toString(), file.toString()));
    builder.redirectErrorStream(true);
    builder.environment().clear();
    builder.environment().putAll(environment);
    Process process = builder.start();
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    Map<String, String> after = new HashMap<>(environment);
    for (String line : said.lines().toList()) {
      String[] words = line.split("[ =]", 3);
      if (words[0].equals("export")) {
        after.put(words[1], words[2]);
      } else {
        after.remove(words[1]);
      }
    }
    return after;
  }
}
