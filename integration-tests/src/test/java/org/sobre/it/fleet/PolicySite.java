package org.sobre.it.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.sobre.hardware.probe.CommonsExecToolRunner;
import org.sobre.hardware.probe.ToolResult;
import org.sobre.it.fleet.GeneratedNode.Card;

/**
 * A real slurmctld with the compiled policy in its submit plugin, and nodes of six kinds that have
 * published themselves. Jobs are a user's, not root's.
 */
final class PolicySite implements AutoCloseable {

  private static final Duration DEADLINE = Duration.ofMinutes(1);
  private static final OptionalLong SHARES = OptionalLong.of(1024);

  /** Debian's user daemon: anybody but root. */
  private static final String AS_A_USER = "setpriv --reuid=1 --regid=1 --clear-groups";

  private final Path directory;
  private final FleetCluster cluster;
  private final Path ledger;

  /**
   * @param directory emptied, then everything of the site is in it
   */
  PolicySite(Path directory) throws IOException {
    this.directory = directory;
    this.cluster = new FleetCluster(directory);
    this.ledger = Files.createDirectories(directory.resolve("ledger"));
    cluster.slurmConf(
        """
        SlurmctldParameters=enable_configless
        MaxNodeCount=64
        TreeWidth=65533
        GresTypes=gpu,shard
        JobSubmitPlugins=lua
        MinJobAge=600
        """);
    cluster.gresConf("AutoDetect=off\nInclude /run/sobre/slurm/gres.conf\n");
    List<GeneratedNode> nodes = nodes();
    GeneratedHardware hardware = GeneratedHardware.ofThisMachine();
    for (GeneratedNode node : nodes) {
      Path slurm = cluster.machine(node.name(), node.devices());
      Publishing.publish(hardware.of(node), true, node.shardMebibytes(), slurm);
      Files.copy(
          slurm.resolve("node.json"),
          Files.createDirectories(ledger.resolve(node.name())).resolve("node.json"));
    }
    Path yaml = directory.resolve("policy.yaml");
    Files.writeString(yaml, "schema: sobre-policy/1\nunknownCard: refuse\n");
    sobre(
        "policy",
        "compile",
        "--fleet",
        ledger.toString(),
        "--policy",
        yaml.toString(),
        "--output",
        script().toString());
    cluster.up();
    cluster.start("all");
    await("all nodes to be idle")
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(300))
        .until(() -> cluster.idle() == nodes.size());
  }

  private static List<GeneratedNode> nodes() {
    return List.of(
        new GeneratedNode(
            "gpu1", cards("nvidia_geforce_rtx_4090", "nvidia_geforce_rtx_4090"), SHARES),
        new GeneratedNode("mixed1", cards("nvidia_l4", "tesla_k80", "tesla_k80"), SHARES),
        new GeneratedNode(
            "amd1", List.of(new Card(CardModel.ofType("amd_instinct_mi210"), 128, true))),
        new GeneratedNode("big1", cards("nvidia_a100-sxm4-80gb")),
        new GeneratedNode("old1", cards("quadro_p2000", "quadro_p2000")),
        new GeneratedNode("cpu1", List.of()));
  }

  private static List<Card> cards(String... types) {
    List<Card> cards = new ArrayList<>();
    for (String type : types) {
      cards.add(new Card(CardModel.ofType(type), cards.size(), true));
    }
    return cards;
  }

  /** The script that slurmctld loads. */
  Path script() {
    return cluster.etc("job_submit.lua");
  }

  /** The command must succeed; in English. */
  String sobre(String... words) {
    List<String> line =
        new ArrayList<>(
            List.of(
                "java",
                "-Duser.language=en",
                "-Dsobre.share=" + Path.of("../conf").toAbsolutePath(),
                "-cp",
                System.getProperty("java.class.path"),
                "org.sobre.cli.Main"));
    line.addAll(List.of(words));
    ToolResult result = new CommonsExecToolRunner().run(line, DEADLINE);
    assertThat(result.succeeded()).as("%s", result).isTrue();
    return result.stdout();
  }

  /**
   * What a shell says on the controller's machine, standard error with it.
   *
   * @param lines {@code @} stands before what is a user's
   */
  String shell(List<String> lines) {
    Path file = directory.resolve("commands.sh");
    String text = String.join("\n", lines).replace("@", AS_A_USER + " ").concat("\n");
    try {
      Files.writeString(file, "cd /tmp\nexec 2>&1\n" + text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return cluster.exec("bash", file.toString());
  }

  /** The words of each job that slurmctld remembers, in a line. */
  Stream<String> jobs() {
    return cluster.exec("scontrol", "show", "job", "-o").lines();
  }

  String log() throws IOException {
    return Files.readString(cluster.log("slurmctld"));
  }

  /** Of slurmctld; the same as long as it lives. */
  String controllerProcess() {
    return cluster.exec("pgrep", "-x", "slurmctld").strip();
  }

  @Override
  public void close() {
    cluster.close();
  }
}
