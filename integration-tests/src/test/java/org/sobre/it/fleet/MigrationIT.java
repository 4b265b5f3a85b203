package org.sobre.it.fleet;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.sobre.hardware.json.JsonShapeException;
import org.sobre.hardware.node.CpuTopology;
import org.sobre.it.fleet.GeneratedNode.Card;
import org.sobre.slurm.fleet.Fleet;
import org.sobre.slurm.fleet.FleetDocument;
import org.sobre.slurm.fleet.FleetRenderer;

/**
 * docs/fleet.md as a site would follow it: NodeName= lines out of the nodes' documents, then node
 * by node to self-describing nodes, beside one machine that has nothing of Sobre. Jobs run on.
 */
@RealSlurm
class MigrationIT {

  private static final String CLASSIC = "classic";
  private static final List<String> OURS = List.of("gpu01", "gpu02", "old1");
  private static final Duration SOON = Duration.ofSeconds(40);

  private static final Set<String> BUSY = Set.of("MIXED", "ALLOCATED");

  private static final String DYNAMIC =
      """
      SlurmctldParameters=enable_configless
      MaxNodeCount=64
      TreeWidth=65533
      """;

  private static final String FRAGMENTS = "AutoDetect=off\nInclude /run/sobre/slurm/gres.conf\n";

  private static final String CLASSIC_GRES =
      "NodeName=classic Name=gpu Type=gtx_980 File=/dev/nvidia0\n";

  private final FleetCluster cluster =
      new FleetCluster(Path.of("target/fleet-migration").toAbsolutePath());
  private final Map<String, FleetDocument> documents = new TreeMap<>();

  @Test
  void aSiteWithListsBecomesOneWithoutThem() throws IOException, JsonShapeException {
    try (cluster) {
      publishAll();
      theListsOfTheDocumentsAreWhatSlurmReads();
      String job = job("gpu01");
      String classicJob = job(CLASSIC);
      aNodeMoreAndAReconfigureEndSlurmctldOf2205();
      assertRunning(job, classicJob);
      theFirstNodeMovesWhileJobsRunOnOthers();
      assertRunning(job, classicJob);
      theClassicNodeReadsTheNewGresConfToo();
      assertRunning(classicJob);
      aLineThatStandsKeepsANodeFromMoving();
      theOthersMoveWhenTheirJobsAreOver(job);
      assertRunning(classicJob);
      bothKindsServeOneJob();
    }
  }

  private void publishAll() throws IOException, JsonShapeException {
    CpuTopology cpu = FleetCluster.cpu();
    Instant at = Instant.parse("2026-11-20T14:00:00Z");
    for (String name : OURS) {
      CardModel model = CardModel.OFFERED.get(name.equals("old1") ? 3 : 0);
      GeneratedNode node =
          new GeneratedNode(name, List.of(new Card(model, 1, true), new Card(model, 0, true)));
      Path slurm = cluster.machine(name, node.devices());
      Publishing.publish(
          node.description(
              cpu, FleetCluster.memoryMebibytes() - 500, at, Publishing.shippedCatalog()),
          false,
          OptionalLong.empty(),
          slurm);
      documents.put(name, FleetDocument.read(name, Files.readString(slurm.resolve("node.json"))));
      // while it has a line in slurm.conf, slurmd is started as the site always did
      Files.move(slurm.resolve("slurmd.env"), slurm.resolve("later"));
    }
    cluster.machine(CLASSIC, List.of("/dev/nvidia0 195 0"));
  }

  private void theListsOfTheDocumentsAreWhatSlurmReads() {
    lists(OURS);
    cluster.slurmConf("Include nodes.conf\n" + classicLine());
    cluster.gresConf("AutoDetect=off\nInclude gres-nodes.conf\n" + CLASSIC_GRES);
    cluster.up();
    cluster.start("all");
    await("four nodes to be idle").atMost(SOON).until(() -> cluster.idle() == 4);
    assertThat(record("gpu02"))
        .containsEntry("Gres", "gpu:nvidia_geforce_rtx_4090:2")
        .containsEntry("State", "IDLE");
    assertThat(record("old1")).containsEntry("Gres", "gpu:tesla_k80:2");
    assertThat(record("old1").get("ActiveFeatures")).contains("vram_ge_12g");
  }

  private void aNodeMoreAndAReconfigureEndSlurmctldOf2205() {
    // what is asked of slurmctld in its last seconds may be lost when it dies: its state is saved
    // now
    cluster.controller("stop");
    cluster.controller("start");
    cluster.slurmConf("Include nodes.conf\n" + classicLine() + "NodeName=new1 CPUs=1\n");
    cluster.tryExec("scontrol", "reconfigure");
    await("slurmctld to die").atMost(SOON).until(() -> ping().contains("DOWN"));
    assertThat(cluster.log("slurmctld"))
        .content()
        .contains("fatal: MaxNodeCount has changed (4->5)");
    cluster.slurmConf("Include nodes.conf\n" + classicLine());
    cluster.controller("start");
  }

  private void theFirstNodeMovesWhileJobsRunOnOthers() throws IOException {
    cluster.exec("scontrol", "update", "nodename=gpu02", "state=drain", "reason=moves");
    cluster.stop("gpu02");
    lists(List.of("gpu01", "old1"));
    cluster.slurmConf("Include nodes.conf\n" + classicLine() + DYNAMIC);
    cluster.gresConf(FRAGMENTS + CLASSIC_GRES);
    cluster.controller("stop");
    cluster.controller("start");
    move("gpu02");
    await("gpu02 to describe itself")
        .atMost(SOON)
        .until(() -> "IDLE+DYNAMIC_NORM".equals(state("gpu02")));
    assertThat(record("gpu02")).containsEntry("Gres", "gpu:nvidia_geforce_rtx_4090:2");
  }

  /** It has no fragment but an empty one, and its own line. */
  private void theClassicNodeReadsTheNewGresConfToo() {
    cluster.stop(CLASSIC);
    cluster.start(CLASSIC);
    await("the classic node to be back").atMost(SOON).until(() -> BUSY.contains(state(CLASSIC)));
    assertThat(record(CLASSIC)).containsEntry("Gres", "gpu:gtx_980:1");
  }

  private void aLineThatStandsKeepsANodeFromMoving() throws IOException {
    cluster.stop("old1");
    move("old1");
    await("slurmd to refuse")
        .atMost(SOON)
        .untilAsserted(
            () ->
                assertThat(cluster.log("old1"))
                    .content()
                    .contains("fatal: Duplicated NodeName old1 in the config file"));
  }

  private void theOthersMoveWhenTheirJobsAreOver(String job) throws IOException {
    cluster.exec("scancel", job);
    await("the job to be over")
        .atMost(SOON)
        .until(() -> !cluster.tryExec("squeue", "-h", "-j", job, "-o", "%T").contains("RUNNING"));
    cluster.stop("gpu01");
    cluster.slurmConf(classicLine() + "GresTypes=gpu\n" + DYNAMIC);
    cluster.controller("stop");
    cluster.controller("start");
    move("gpu01");
    cluster.start("old1");
    await("all to describe themselves")
        .atMost(SOON)
        .until(() -> OURS.stream().allMatch(node -> "IDLE+DYNAMIC_NORM".equals(state(node))));
  }

  private void bothKindsServeOneJob() {
    await("the classic node to be known again")
        .atMost(SOON)
        .until(() -> BUSY.contains(state(CLASSIC)));
    cluster.exec("scancel", "-w", CLASSIC);
    await("all nodes to be idle")
        .atMost(SOON)
        .until(() -> cluster.nodes().keySet().stream().allMatch(n -> state(n).startsWith("IDLE")));
    String said =
        cluster.exec(
            "srun",
            "-Q",
            "-N4",
            "--gres=gpu:1",
            "sh",
            "-c",
            "echo $SLURMD_NODENAME $SLURM_STEP_GPUS");
    assertThat(said.lines()).containsExactlyInAnyOrder("classic 0", "gpu01 0", "gpu02 0", "old1 0");
  }

  private void lists(List<String> names) {
    Fleet fleet = new Fleet(names.stream().map(name -> document(name).node()).toList());
    cluster.write("etc/nodes.conf", FleetRenderer.slurmConf(fleet));
    cluster.write("etc/gres-nodes.conf", FleetRenderer.gresConf(fleet));
  }

  private static String classicLine() {
    CpuTopology cpu = FleetCluster.cpu();
    return String.format(
        Locale.ROOT,
        "NodeName=classic CPUs=%d Sockets=%d CoresPerSocket=%d ThreadsPerCore=%d"
            + " Gres=gpu:gtx_980:1%n",
        cpu.threads(),
        cpu.sockets(),
        cpu.cores() / cpu.sockets(),
        cpu.threads() / cpu.cores());
  }

  private void move(String node) throws IOException {
    Path slurm =
        cluster.machine(
            node,
            document(node).node().gres().entries().stream()
                .map(entry -> entry.file() + " 195 " + entry.position())
                .toList());
    Files.move(slurm.resolve("later"), slurm.resolve("slurmd.env"));
    cluster.start(node);
  }

  private String job(String node) {
    String id =
        cluster
            .exec(
                "sbatch",
                "--parsable",
                "-w",
                node,
                "--gres=gpu:1",
                "-o",
                "/dev/null",
                "--wrap",
                "sleep 600")
            .strip();
    await("job " + id + " to run").atMost(SOON).until(() -> running(id));
    return id;
  }

  private void assertRunning(String... jobs) {
    for (String job : jobs) {
      assertThat(running(job)).as("job %s runs on", job).isTrue();
    }
  }

  private boolean running(String job) {
    return cluster.exec("squeue", "-h", "-j", job, "-o", "%T").strip().equals("RUNNING");
  }

  private String ping() {
    return cluster.tryExec("scontrol", "ping");
  }

  private FleetDocument document(String node) {
    return requireNonNull(documents.get(node), node);
  }

  private Map<String, String> record(String node) {
    return cluster.nodes().getOrDefault(node, Map.of());
  }

  private String state(String node) {
    return record(node).getOrDefault("State", "absent");
  }
}
