package org.sobre.it.fleet;

import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static java.util.Objects.requireNonNull;
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
import org.sobre.hardware.node.CpuTopology;
import org.sobre.it.fleet.GeneratedNode.Card;

/**
 * Three machines with Sobre and one without, all with NodeName= lines; then, one after the other,
 * without.
 */
final class ListedSite implements AutoCloseable {

  static final String CLASSIC = "classic";
  static final List<String> OURS = List.of("gpu01", "gpu02", "old1");
  static final String CLASSIC_GRES = "NodeName=classic Name=gpu Type=gtx_980 File=/dev/nvidia0\n";

  private static final Duration SOON = Duration.ofSeconds(40);

  final FleetCluster cluster;
  private final Path ledger;
  private final CpuTopology cpu = ThisMachine.cpu();
  private final GeneratedHardware hardware =
      new GeneratedHardware(cpu, ThisMachine.memoryMebibytes() - 500, Instant.now());

  /** All machines have published, and none is switched on. */
  ListedSite(Path directory) throws IOException {
    cluster = new FleetCluster(directory);
    ledger = directory.resolve("ledger");
    for (String name : OURS) {
      // while it has a line in slurm.conf, slurmd is started as the site always did
      Files.delete(publish(name, false).resolve("slurmd.env"));
    }
    cluster.machine(CLASSIC, List.of("/dev/nvidia0 195 0"));
  }

  /** As at boot: for slurmd, and by the daemon to the share. */
  private Path publish(String name, boolean registersItself) throws IOException {
    CardModel model =
        CardModel.ofType(name.equals("old1") ? "tesla_k80" : "nvidia_geforce_rtx_4090");
    GeneratedNode node =
        new GeneratedNode(name, List.of(new Card(model, 1, true), new Card(model, 0, true)));
    Path slurm = cluster.machine(name, node.devices());
    // it was in /run, and a boot begins with none
    Files.deleteIfExists(slurm.resolve("node.json"));
    Publishing.publish(hardware.of(node), registersItself, OptionalLong.empty(), slurm);
    Path onShare = Files.createDirectories(ledger.resolve(name));
    Files.copy(slurm.resolve("node.json"), onShare.resolve("node.json"), REPLACE_EXISTING);
    return slurm;
  }

  /**
   * {@code nodes.conf} and {@code gres-nodes.conf}, by the command.
   *
   * @return what it said to people of the first
   */
  String lists(String... options) {
    String said = FleetCommand.write(ledger, "slurm.conf", cluster.etc("nodes.conf"), options);
    FleetCommand.write(ledger, "gres.conf", cluster.etc("gres-nodes.conf"), options);
    return said;
  }

  /** Boots with an image that has no actOnNodes: false. */
  void move(String node) throws IOException {
    publish(node, true);
    cluster.start(node);
  }

  String classicLine() {
    return String.format(
        Locale.ROOT,
        "NodeName=classic CPUs=%d Sockets=%d CoresPerSocket=%d ThreadsPerCore=%d"
            + " Gres=gpu:gtx_980:1%n",
        cpu.threads(),
        cpu.sockets(),
        cpu.cores() / cpu.sockets(),
        cpu.threads() / cpu.cores());
  }

  /** slurmctld reads its configuration anew. */
  void restartController() {
    cluster.controller("stop");
    cluster.controller("start");
  }

  /** On one GPU of the node; it runs when this returns. */
  String job(String node) {
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
    await("job " + id + " to run").atMost(SOON).until(() -> jobState(id).equals("RUNNING"));
    return id;
  }

  void cancel(String job) {
    cluster.exec("scancel", job);
    await("the job to be over").atMost(SOON).until(() -> !jobState(job).contains("RUNNING"));
  }

  String jobState(String job) {
    return cluster.tryExec("squeue", "-h", "-j", job, "-o", "%T").strip();
  }

  /** A word of a node's record. */
  String word(String node, String key) {
    return requireNonNull(cluster.nodes().getOrDefault(node, Map.of()).getOrDefault(key, "absent"));
  }

  String state(String node) {
    return word(node, "State");
  }

  @Override
  public void close() {
    cluster.close();
  }
}
