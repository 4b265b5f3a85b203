package org.sobre.it.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.sobre.it.fleet.ListedSite.CLASSIC;
import static org.sobre.it.fleet.ListedSite.CLASSIC_GRES;
import static org.sobre.it.fleet.ListedSite.OURS;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * docs/fleet.md as a site would follow it: NodeName= lines out of the nodes' documents, then batch
 * by batch to self-describing nodes, beside one machine that has nothing of Sobre. Jobs run on.
 */
@RealSlurm
class MigrationIT {

  private static final Duration SOON = Duration.ofSeconds(40);

  private static final Set<String> BUSY = Set.of("MIXED", "ALLOCATED");
  private static final String MOVED = "IDLE+DYNAMIC_NORM";

  /** With a type that no node of ours has: a list must not take it away. */
  private static final String TYPES = "GresTypes=gpu,scratch\n";

  private static final String DYNAMIC =
      """
      SlurmctldParameters=enable_configless
      MaxNodeCount=64
      TreeWidth=65533
      """;

  private static final String FRAGMENTS = "AutoDetect=off\nInclude /run/sobre/slurm/gres.conf\n";

  @Test
  void aSiteWithListsBecomesOneWithoutThem() throws IOException {
    try (ListedSite site = new ListedSite(Path.of("target/fleet-migration").toAbsolutePath())) {
      theListsOfTheDocumentsAreWhatSlurmReads(site);
      aLineThatSaysTooMuchDrainsANodeUntilAnAdminResumesIt(site);
      String job = site.job("gpu01");
      String classicJob = site.job(CLASSIC);
      aNodeMoreAndAReconfigureEndSlurmctldOf2205(site);
      assertRunning(site, job, classicJob);
      theFirstNodeMovesWhileJobsRunOnOthers(site);
      assertRunning(site, job, classicJob);
      theClassicNodeReadsTheNewGresConfToo(site);
      assertRunning(site, classicJob);
      site.cancel(job);
      theSecondBatchBringsTheFirstBackIntoNoLine(site);
      assertRunning(site, classicJob);
      aLineThatStandsKeepsANodeFromMoving(site);
      theLastMoves(site);
      assertRunning(site, classicJob);
      bothKindsServeOneJob(site);
    }
  }

  private static void theListsOfTheDocumentsAreWhatSlurmReads(ListedSite site) {
    assertThat(site.lists()).isEmpty();
    site.cluster.slurmConf(TYPES + "Include nodes.conf\n" + site.classicLine());
    site.cluster.gresConf("AutoDetect=off\nInclude gres-nodes.conf\n" + CLASSIC_GRES);
    site.cluster.up();
    site.cluster.start("all");
    await("four nodes to be idle").atMost(SOON).until(() -> site.cluster.idle() == 4);
    assertThat(site.word("gpu02", "Gres")).isEqualTo("gpu:nvidia_geforce_rtx_4090:2");
    assertThat(site.word("old1", "Gres")).isEqualTo("gpu:tesla_k80:2");
    assertThat(site.word("old1", "ActiveFeatures")).contains("vram_ge_12g");
    assertThat(site.cluster.exec("scontrol", "show", "config"))
        .containsPattern("GresTypes +=  ?gpu,scratch\n");
  }

  private static void aLineThatSaysTooMuchDrainsANodeUntilAnAdminResumesIt(ListedSite site)
      throws IOException {
    Path list = site.cluster.etc("nodes.conf");
    String right = Files.readString(list);
    Files.writeString(list, right.replace("gpu:tesla_k80:2", "gpu:tesla_k80:3"));
    site.cluster.exec("scontrol", "reconfigure");
    assertThat(site.word("old1", "Gres")).isEqualTo("gpu:tesla_k80:2");
    site.restartController();
    await("old1 to be refused")
        .atMost(SOON)
        .until(() -> site.state("old1").contains("INVALID_REG"));
    Files.writeString(list, right);
    site.restartController();
    await("old1 to be drained").atMost(SOON).until(() -> site.state("old1").equals("IDLE+DRAIN"));
    site.cluster.exec("scontrol", "update", "nodename=old1", "state=resume");
    await("old1 to be back").atMost(SOON).until(() -> site.state("old1").equals("IDLE"));
  }

  private static void aNodeMoreAndAReconfigureEndSlurmctldOf2205(ListedSite site) {
    // what is asked of slurmctld in its last seconds may be lost when it dies: its state is saved
    // now
    site.restartController();
    String listed = TYPES + "Include nodes.conf\n" + site.classicLine();
    site.cluster.slurmConf(listed + "NodeName=new1 CPUs=1\n");
    site.cluster.tryExec("scontrol", "reconfigure");
    await("slurmctld to die")
        .atMost(SOON)
        .until(() -> site.cluster.tryExec("scontrol", "ping").contains("DOWN"));
    assertThat(site.cluster.log("slurmctld"))
        .content()
        .contains("fatal: MaxNodeCount has changed (4->5)");
    site.cluster.slurmConf(listed);
    site.cluster.controller("start");
  }

  private static void theFirstNodeMovesWhileJobsRunOnOthers(ListedSite site) throws IOException {
    drainAndStop(site, "gpu02");
    site.lists("--leave-out", "gpu02", "--accept-removal", "gpu02");
    site.cluster.slurmConf(TYPES + "Include nodes.conf\n" + site.classicLine() + DYNAMIC);
    site.cluster.gresConf(FRAGMENTS + CLASSIC_GRES);
    site.restartController();
    site.move("gpu02");
    awaitMoved(site, "gpu02");
    assertThat(site.word("gpu02", "Gres")).isEqualTo("gpu:nvidia_geforce_rtx_4090:2");
  }

  /** It has no fragment but an empty one, and its own line. */
  private static void theClassicNodeReadsTheNewGresConfToo(ListedSite site) {
    site.cluster.stop(CLASSIC);
    site.cluster.start(CLASSIC);
    await("the classic node to be back")
        .atMost(SOON)
        .until(() -> BUSY.contains(site.state(CLASSIC)));
    assertThat(site.word(CLASSIC, "Gres")).isEqualTo("gpu:gtx_980:1");
  }

  /** Its document lies in the directory as before, and its slurmd would die of a line. */
  private static void theSecondBatchBringsTheFirstBackIntoNoLine(ListedSite site)
      throws IOException {
    drainAndStop(site, "gpu01");
    assertThat(site.lists("--leave-out", "gpu01", "--accept-removal", "gpu01"))
        .contains("gpu02: makes its own record in Slurm");
    assertThat(site.cluster.etc("nodes.conf"))
        .content()
        .contains("NodeName=old1 ")
        .doesNotContain("gpu0");
    site.restartController();
    site.move("gpu01");
    awaitMoved(site, "gpu01");
    site.cluster.stop("gpu02");
    site.cluster.start("gpu02");
    awaitMoved(site, "gpu02");
    assertThat(site.cluster.log("gpu02")).content().doesNotContain("Duplicated NodeName");
  }

  private static void aLineThatStandsKeepsANodeFromMoving(ListedSite site) throws IOException {
    site.cluster.stop("old1");
    site.move("old1");
    await("slurmd to refuse")
        .atMost(SOON)
        .untilAsserted(
            () ->
                assertThat(site.cluster.log("old1"))
                    .content()
                    .contains("fatal: Duplicated NodeName old1 in the config file"));
  }

  private static void theLastMoves(ListedSite site) {
    site.cluster.slurmConf(TYPES + site.classicLine() + DYNAMIC);
    site.restartController();
    site.cluster.start("old1");
    OURS.forEach(node -> awaitMoved(site, node));
  }

  private static void bothKindsServeOneJob(ListedSite site) {
    await("the classic node to be known again")
        .atMost(SOON)
        .until(() -> BUSY.contains(site.state(CLASSIC)));
    site.cluster.exec("scancel", "-w", CLASSIC);
    await("all nodes to be idle")
        .atMost(SOON)
        .until(
            () ->
                site.cluster.nodes().keySet().stream()
                    .allMatch(node -> site.state(node).startsWith("IDLE")));
    String said =
        site.cluster.exec(
            "srun",
            "-Q",
            "-N4",
            "--gres=gpu:1",
            "sh",
            "-c",
            "echo $SLURMD_NODENAME $SLURM_STEP_GPUS");
    assertThat(said.lines()).containsExactlyInAnyOrder("classic 0", "gpu01 0", "gpu02 0", "old1 0");
  }

  private static void drainAndStop(ListedSite site, String node) {
    site.cluster.exec("scontrol", "update", "nodename=" + node, "state=drain", "reason=moves");
    site.cluster.stop(node);
  }

  private static void awaitMoved(ListedSite site, String node) {
    await(node + " to describe itself").atMost(SOON).until(() -> site.state(node).equals(MOVED));
  }

  private static void assertRunning(ListedSite site, String... jobs) {
    for (String job : jobs) {
      assertThat(site.jobState(job)).as("job %s runs on", job).isEqualTo("RUNNING");
    }
  }
}
