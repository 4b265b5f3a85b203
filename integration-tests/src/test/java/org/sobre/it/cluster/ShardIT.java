package org.sobre.it.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.sobre.it.lab.Lab;
import org.sobre.it.lab.OtherCards;
import org.sobre.it.lab.RealCluster;

/**
 * Two jobs with shards of one GPU: while both are there each pays half of it, however many shards
 * it has. GresTypes has shard for this test only: with it Slurm 22.05 takes each file of a MIG
 * partition for a GPU.
 */
@RealCluster
@Order(21) // after what needs the first boot of cpu1
class ShardIT {

  private static final String NODE = "cpu1";
  private static final String CARDS = "tesla-t4_515.105.01_q-x.xml";
  private static final String TYPE = "tesla_t4";
  private static final String SLURM_CONF = "/etc/slurm/slurm.conf";
  private static final String SOBRE_YAML = "/etc/sobre/sobre.yaml";

  private final Lab lab;
  private final OtherCards cards;

  ShardIT(Lab lab) {
    this.lab = lab;
    this.cards = new OtherCards(lab, NODE);
  }

  @BeforeEach
  void offerShards() {
    lab.edit(SLURM_CONF, "s/^GresTypes=gpu$/GresTypes=gpu,shard/");
    lab.edit(SOBRE_YAML, "$a nodes: [{match: " + NODE + ", set: {slurm: {shardMiB: 1024}}}]");
    lab.control("controller", "restart").text();
    // 15360 MiB
    cards.boot("gpu:tesla_t4:1,shard:tesla_t4:15", CARDS);
  }

  @AfterEach
  void bootWithoutCards() {
    lab.edit(SOBRE_YAML, "/^nodes:/d");
    // the record goes while the controller still knows what a shard is
    cards.boot("(null)");
    lab.edit(SLURM_CONF, "s/^GresTypes=gpu,shard$/GresTypes=gpu/");
    lab.control("controller", "restart").text();
  }

  @Test
  void jobsThatShareAGpuPayAlikeWhileTheyDo() throws IOException {
    String alone = submit("alice", 10, "sleep 32");
    lab.awaitStart(alone);
    String guest = submit("carol", 3, "exec sobre run -- sleep 20");
    PartOfGpuJobs jobs = PartOfGpuJobs.await(lab, NODE, alone, guest);

    assertHeld(jobs.first(), jobs.togetherMillis());
    assertHeld(jobs.second(), jobs.togetherMillis());
    assertThat(PartOfGpuJobs.fraction(jobs.second()))
        .isLessThan(PartOfGpuJobs.fraction(jobs.first()));
    jobs.assertJoules(CARDS, alone + "," + guest);
    jobs.assertNothingIsLost(CARDS);
    assertThat(jobs.ownHours()).isCloseTo(jobs.boardHours(), within(1e-5));
    assertThat(jobs.reportedGpuHours(TYPE)).isCloseTo(jobs.boardHours(), within(1e-5));
  }

  private String submit(String user, int shards, String script) {
    return lab.sbatch(user, script, "-w", NODE, "--gres=shard:" + shards);
  }

  /** All of the GPU when alone, half of it together. */
  private static void assertHeld(Map<String, Object> line, long togetherMillis) {
    assertThat(PartOfGpuJobs.gpu(line))
        .containsEntry("type", TYPE)
        .satisfies(gpu -> assertThat(gpu.get("partition")).isNull());
    double own = PartOfGpuJobs.millis(line) - togetherMillis / 2.0;
    assertThat(PartOfGpuJobs.fraction(line).doubleValue())
        .isCloseTo(own / PartOfGpuJobs.millis(line), within(1e-3));
  }
}
