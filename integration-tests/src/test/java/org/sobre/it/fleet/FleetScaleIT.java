package org.sobre.it.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/**
 * A whole pack in one slurmctld: every machine publishes itself as at boot, and Slurm then has of
 * each exactly its gres and its features. {@code -Dsobre.fleet.nodes=330} is the pack as it is.
 */
@RealSlurm
class FleetScaleIT {

  private static final int NODES = Integer.getInteger("sobre.fleet.nodes", 24);
  private static final long SEED = Long.getLong("sobre.fleet.seed", 330_180);

  @Test
  void everyNodeHasExactlyItsGresAndItsFeatures() throws IOException {
    List<GeneratedNode> pack = GeneratedFleet.of(NODES, SEED);
    int gpus = pack.stream().mapToInt(GeneratedNode::gpus).sum();
    hasEveryKind(pack, gpus);
    try (FleetCluster cluster = new FleetCluster(Path.of("target/fleet-scale").toAbsolutePath())) {
      cluster.slurmConf(
          """
          SlurmctldParameters=enable_configless
          MaxNodeCount=512
          TreeWidth=65533
          GresTypes=gpu,shard
          """);
      cluster.gresConf("AutoDetect=off\nInclude /run/sobre/slurm/gres.conf\n");
      publish(pack, cluster);
      cluster.up();
      Instant begun = Instant.now();
      cluster.start("all");
      await("all " + NODES + " nodes to be idle")
          .atMost(Duration.ofSeconds(30 + NODES))
          .pollInterval(Duration.ofMillis(500))
          .until(() -> cluster.idle() == NODES);
      Duration took = Duration.between(begun, Instant.now());

      NodeRecords.compare(pack, cluster.nodes(), "IDLE+DYNAMIC_NORM", SEED);
      everyNodeRunsAStepAndGivesItsGpus(pack, cluster);
      state(gpus, took, cluster.memory());
    }
  }

  /** Whatever the seed: a pack without them would try nothing. */
  private static void hasEveryKind(List<GeneratedNode> pack, int gpus) {
    assertThat(gpus).isEqualTo(GeneratedFleet.gpus(NODES));
    assertThat(pack.stream().flatMap(node -> node.offered().stream()).map(CardModel::family))
        .contains("gamer", "gpgpu", "professional", "office", "confort");
    assertThat(pack)
        .anyMatch(GeneratedNode::isOfBothVendors)
        .anyMatch(GeneratedNode::isInterleaved)
        .anyMatch(GeneratedNode::isSplit)
        .anyMatch(node -> node.shardMebibytes().isPresent())
        .anyMatch(node -> node.gpus() == 0);
  }

  private static void publish(List<GeneratedNode> pack, FleetCluster cluster) throws IOException {
    GeneratedHardware hardware = GeneratedHardware.ofThisMachine();
    for (GeneratedNode node : pack) {
      Path directory = cluster.machine(node.name(), node.devices());
      Publishing.publish(hardware.of(node), true, node.shardMebibytes(), directory);
    }
  }

  /** One step on all nodes, and one on the node with the most GPUs that takes them all. */
  private static void everyNodeRunsAStepAndGivesItsGpus(
      List<GeneratedNode> pack, FleetCluster cluster) {
    String names = cluster.exec("srun", "-Q", "-N", "" + NODES, "hostname");
    assertThat(names.lines()).hasSize(NODES).doesNotHaveDuplicates();
    GeneratedNode most =
        pack.stream().max((a, b) -> Integer.compare(a.gpus(), b.gpus())).orElseThrow();
    String seen =
        cluster.exec(
            "srun",
            "-Q",
            "-w",
            most.name(),
            "--gres=gpu:" + most.gpus(),
            "printenv",
            "SLURM_STEP_GPUS");
    assertThat(seen.strip().split(",", -1)).hasSize(most.gpus());
  }

  private static void state(int gpus, Duration took, List<Integer> memory) throws IOException {
    String said =
        String.format(
            Locale.ROOT,
            "%d nodes, %d GPUs: idle after %.1f s; slurmctld %d MiB, %d slurmd %d MiB%n",
            NODES,
            gpus,
            took.toMillis() / 1000.0,
            memory.get(0),
            memory.get(2),
            memory.get(1));
    System.out.print(said);
    Files.writeString(Path.of("target/fleet-scale.txt"), said);
  }
}
