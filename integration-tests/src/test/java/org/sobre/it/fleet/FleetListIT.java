package org.sobre.it.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The lists of {@code sobre gres --fleet} over the documents of a whole pack, given to the real
 * slurmctld and as many slurmd: each node has exactly its gres and its features, and none is told
 * apart from its line.
 */
@RealSlurm
class FleetListIT {

  private static final int NODES = Integer.getInteger("sobre.fleet.nodes", 24);
  private static final long SEED = Long.getLong("sobre.fleet.seed", 330_180);

  private final Path directory = Path.of("target/fleet-list").toAbsolutePath();

  @Test
  void slurmReadsTheListsAsTheNodesMeanThem() throws IOException {
    List<GeneratedNode> pack = GeneratedFleet.of(NODES, SEED);
    try (FleetCluster cluster = new FleetCluster(directory)) {
      Path ledger = directory.resolve("ledger");
      publish(pack, cluster, ledger);
      cluster.slurmConf("GresTypes=gpu,shard\nInclude nodes.conf\n");
      cluster.gresConf("AutoDetect=off\nInclude gres-nodes.conf\n");
      assertThat(FleetCommand.write(ledger, "slurm.conf", cluster.etc("nodes.conf"))).isEmpty();
      assertThat(FleetCommand.write(ledger, "gres.conf", cluster.etc("gres-nodes.conf"))).isEmpty();
      assertThat(cluster.etc("gres-nodes.conf"))
          .content()
          .contains(
              ThisMachine.cpu().cores() > 1 ? " Cores=0 " : "NodeName=",
              " Links=-1,2",
              " MultipleFiles=",
              " Name=shard ");
      cluster.up();
      cluster.start("all");
      await("all " + NODES + " nodes to be idle")
          .atMost(Duration.ofSeconds(30 + NODES))
          .pollInterval(Duration.ofMillis(500))
          .until(() -> cluster.idle() == NODES);

      NodeRecords.compare(pack, cluster.nodes(), "IDLE", SEED);
      for (GeneratedNode node : pack) {
        assertThat(cluster.log(node.name())).content().doesNotContain("fatal:", "Ignoring extra");
      }
    }
  }

  private static void publish(List<GeneratedNode> pack, FleetCluster cluster, Path ledger)
      throws IOException {
    GeneratedHardware hardware = GeneratedHardware.ofThisMachine();
    for (GeneratedNode node : pack) {
      Path slurm = cluster.machine(node.name(), node.devices());
      Publishing.publish(hardware.of(node), false, node.shardMebibytes(), slurm);
      Path onShare = Files.createDirectories(ledger.resolve(node.name()));
      Files.copy(slurm.resolve("node.json"), onShare.resolve("node.json"));
      // slurmd is started as a site with lists does
      Files.delete(slurm.resolve("slurmd.env"));
    }
  }
}
