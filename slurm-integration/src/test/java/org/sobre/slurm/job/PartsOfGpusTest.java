package org.sobre.slurm.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sobre.slurm.job.Allocation.Devices;
import org.sobre.slurm.node.NodeDocument;

/** Jobs on whole GPUs and parts of them, on any node: their command opens what Slurm gave them. */
class PartsOfGpusTest {

  private static final int NODES = 400;

  /**
   * The expected devices come from what was drawn, the found ones from a model of the vendors'
   * runtimes ({@link RandomNode#opened}): neither knows how the product maps positions.
   */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void aCommandOpensTheDevicesThatItsJobHolds(long seed) {
    Random random = new Random(seed);
    for (int i = 0; i < NODES; i++) {
      RandomNode node = new RandomNode(random);
      List<Integer> held = node.someOf(random);
      boolean constrained = random.nextBoolean();
      Map<String, String> environment = node.slurms(held, constrained);
      Allocation allocation = Allocation.of(environment, Optional.of(node.document()));
      String where = "seed " + seed + ", node " + i + ": " + node + " " + environment;
      Set<String> expected = new HashSet<>();
      held.forEach(position -> expected.add(node.document().gres().get(position).device()));
      assertThat(allocation.devices())
          .as(where)
          .isInstanceOfSatisfying(
              Devices.Identified.class,
              devices -> assertThat(devices.ids()).containsExactlyInAnyOrderElementsOf(expected));
      Map<String, String> command =
          GpuVariables.forCommand(environment, allocation, Optional.of(node.document()));
      if (!node.cannotBeTold(held)) {
        assertThat(node.opened(command, held, constrained))
            .as(where + " " + command)
            .isEqualTo(expected);
      }
    }
  }

  /**
   * The wrapper runs after the task prolog, in a step or in the batch script. Where AMD devices
   * have no ids and there are AMD cards beside them that Slurm was not given, numbers put right can
   * look as Slurm's own do; nobody could tell.
   */
  @ParameterizedTest
  @ValueSource(longs = {11, 12, 13})
  void whatACommandIsToldTellsTheSameAgain(long seed) {
    Random random = new Random(seed);
    for (int i = 0; i < NODES; i++) {
      RandomNode node = new RandomNode(random);
      List<Integer> held = node.someOf(random);
      Map<String, String> environment = node.slurms(held, random.nextBoolean());
      Optional<NodeDocument> document = Optional.of(node.document());
      Allocation first = Allocation.of(environment, document);
      Map<String, String> told = GpuVariables.forCommand(environment, first, document);
      if (!node.cannotBeTold(held) && !node.hasAmdCardsNotOffered()) {
        String where = "seed " + seed + ", node " + i + ": " + node + " " + environment + told;
        Allocation second = Allocation.of(told, document);
        assertThat(ids(second)).as(where).isEqualTo(ids(first));
        assertThat(GpuVariables.forCommand(told, second, document)).as(where).isEqualTo(told);
      }
    }
  }

  private static Set<String> ids(Allocation allocation) {
    return new HashSet<>(((Devices.Identified) allocation.devices()).ids());
  }

  /** Slurm knows no UUID of a MIG partition; CUDA knows it by nothing else. */
  @Test
  void aMigPartitionIsToldByItsUuid() {
    RandomNode node = RandomNode.ofMig("GPU-board", List.of("MIG-1", "MIG-2"), "GPU-whole");
    Map<String, String> environment =
        Map.of("SLURM_JOB_ID", "7", "SLURM_JOB_GPUS", "1", "CUDA_VISIBLE_DEVICES", "1");
    Allocation allocation = Allocation.of(environment, Optional.of(node.document()));
    assertThat(allocation.devices()).isEqualTo(new Devices.Identified(List.of("MIG-2")));
    assertThat(GpuVariables.forCommand(environment, allocation, Optional.of(node.document())))
        .containsEntry("CUDA_VISIBLE_DEVICES", "MIG-2");
  }

  /** A number beside a card in MIG mode means nothing that we know. */
  @Test
  void withoutPositionsNumbersAreNoCardsWhereOneIsSplit() {
    RandomNode node = RandomNode.ofMig("GPU-board", List.of("MIG-1", "MIG-2"), "GPU-whole");
    Map<String, String> environment = Map.of("CUDA_VISIBLE_DEVICES", "1");
    assertThat(Allocation.of(environment, Optional.of(node.document())).devices())
        .isEqualTo(new Devices.Visible(new ArrayList<>(List.of(1))));
  }
}
