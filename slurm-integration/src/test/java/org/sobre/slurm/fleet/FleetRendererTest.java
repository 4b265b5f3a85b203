package org.sobre.slurm.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.sobre.hardware.node.NodeJson;
import org.sobre.slurm.fleet.FleetInventory.Stock;
import org.sobre.slurm.gres.SlurmNode;

/** One line for all machines of a kind, and the same text for the same documents. */
class FleetRendererTest {

  private static final Fleet SMALL =
      new Fleet(
          List.of(
              FleetFixtures.node("gpu02", 64_300, "rtx_4090", "rtx_4090"),
              FleetFixtures.node("cpu1", 24_000),
              FleetFixtures.node("gpu01", 64_298, "rtx_4090", "rtx_4090"),
              FleetFixtures.node("gpu03", 128_000, "rtx_4090", "rtx_4090"),
              FleetFixtures.node("old7", 24_000, "k80", "k80", "gtx_1080")));

  private static final Stock NOTHING = new Stock(new TreeMap<>(), 0);

  static LongStream seeds() {
    return LongStream.rangeClosed(1, Long.getLong("sobre.seeds", 100));
  }

  @Test
  void machinesOfOneKindShareALineWithTheLeastMemory() {
    assertThat(FleetRenderer.slurmConf(SMALL))
        .isEqualTo(
            """
            # Written by `sobre gres --fleet` from the nodes' own documents: changes here are lost.
            # slurm.conf needs: GresTypes=gpu
            # Where slurmdbd keeps accounts, and only there, to count each type apart:
            #AccountingStorageTRES=gres/gpu,gres/gpu:gtx_1080,gres/gpu:k80,gres/gpu:rtx_4090
            NodeName=cpu1 CPUs=16 Sockets=2 CoresPerSocket=4 ThreadsPerCore=2 RealMemory=24000
            NodeName=gpu[01-02] CPUs=16 Sockets=2 CoresPerSocket=4 ThreadsPerCore=2 RealMemory=64298 \
            Gres=gpu:rtx_4090:2 Feature=vram_ge_8g,gpu_vendor_nvidia
            NodeName=gpu03 CPUs=16 Sockets=2 CoresPerSocket=4 ThreadsPerCore=2 RealMemory=128000 \
            Gres=gpu:rtx_4090:2 Feature=vram_ge_8g,gpu_vendor_nvidia
            NodeName=old7 CPUs=16 Sockets=2 CoresPerSocket=4 ThreadsPerCore=2 RealMemory=24000 \
            Gres=gpu:k80:2,gpu:gtx_1080:1 Feature=vram_ge_8g,gpu_vendor_nvidia
            """);
  }

  @Test
  void everyLineOfGresConfNamesItsNodes() {
    assertThat(FleetRenderer.gresConf(SMALL))
        .startsWith("# Written by")
        .contains(
            "\nNodeName=gpu[01-02] Name=gpu Type=rtx_4090 File=/dev/nvidia0 Flags=nvidia_gpu_env\n",
            "\nNodeName=old7 Name=gpu Type=gtx_1080 File=/dev/nvidia2 Flags=nvidia_gpu_env\n")
        .doesNotContain("cpu1");
    assertThat(FleetRenderer.gresConf(SMALL).lines().skip(1))
        .allSatisfy(line -> assertThat(line).matches("NodeName=\\S+ Name=gpu Type=\\S+ File=.*"));
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void theSameDocumentsInAnyOrderGiveTheSameText(long seed) {
    List<SlurmNode> nodes = randomNodes(new Random(seed));
    Fleet fleet = new Fleet(nodes);
    List<SlurmNode> shuffled = new ArrayList<>(nodes);
    Collections.shuffle(shuffled, new Random(seed + 1));
    Fleet other = new Fleet(shuffled);

    assertThat(FleetRenderer.slurmConf(other)).isEqualTo(FleetRenderer.slurmConf(fleet));
    assertThat(FleetRenderer.gresConf(other)).isEqualTo(FleetRenderer.gresConf(fleet));
  }

  /** What is written is what is compared with the next time. */
  @ParameterizedTest
  @MethodSource("seeds")
  void everyFormatIsReadBackAsWhatItSays(long seed) throws FleetFormatException {
    Fleet fleet = new Fleet(randomNodes(new Random(seed)));
    FleetInventory whole = FleetInventory.of(fleet);

    assertThat(FleetListParser.parse(FleetRenderer.slurmConf(fleet))).isEqualTo(whole);
    assertThat(FleetListParser.parse(NodeJson.render(FleetRenderer.document(fleet))))
        .isEqualTo(whole);
    FleetInventory withGpus = FleetListParser.parse(FleetRenderer.gresConf(fleet));
    assertThat(withGpus.nodes())
        .allSatisfy((node, stock) -> assertThat(stock).isEqualTo(whole.nodes().get(node)));
    assertThat(withGpus.nodes().keySet())
        .containsExactlyElementsOf(
            whole.nodes().keySet().stream()
                .filter(node -> !whole.nodes().getOrDefault(node, NOTHING).equals(NOTHING))
                .toList());
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void noLinePromisesMemoryThatANodeLacksOrHidesMoreThanAHundredth(long seed) {
    List<SlurmNode> nodes = randomNodes(new Random(seed));
    for (Fleet.Group group : new Fleet(nodes).groups()) {
      long said = group.like().memory().mebibytes();
      assertThat(nodes.stream().filter(node -> group.names().contains(node.node())))
          .allSatisfy(
              node -> assertThat(node.memory().mebibytes()).isBetween(said, (long) (said * 1.01)));
    }
  }

  @Test
  void aSharedCardIsInEveryFormat() throws FleetFormatException {
    Fleet fleet = new Fleet(List.of(FleetFixtures.shared("gpu01", 24), FleetFixtures.node("a", 8)));
    assertThat(FleetRenderer.slurmConf(fleet))
        .contains(
            "# slurm.conf needs: GresTypes=gpu,shard\n",
            "#AccountingStorageTRES=gres/gpu,gres/gpu:nvidia_l4,gres/shard\n",
            " Gres=gpu:nvidia_l4:1,shard:24 ");
    assertThat(FleetRenderer.gresConf(fleet))
        .contains("\nNodeName=gpu01 Name=shard Count=24 File=/dev/nvidia0\n");
    FleetInventory whole = FleetInventory.of(fleet);
    assertThat(FleetListParser.parse(FleetRenderer.slurmConf(fleet))).isEqualTo(whole);
    assertThat(FleetListParser.parse(NodeJson.render(FleetRenderer.document(fleet))))
        .isEqualTo(whole);
    assertThat(FleetListParser.parse(FleetRenderer.gresConf(fleet)).nodes().get("gpu01"))
        .isEqualTo(whole.nodes().get("gpu01"));
  }

  /** Without GPUs gres.conf has no line, and is a whole list all the same. */
  @Test
  void aFleetWithoutGpusIsAListToo() throws FleetFormatException {
    Fleet fleet = new Fleet(List.of(FleetFixtures.node("cpu1", 24_000)));
    String text = FleetRenderer.gresConf(fleet);
    assertThat(text).endsWith("\n# No node has a GPU.\n").hasLineCount(2);
    assertThat(FleetListParser.parse(text).nodes()).isEmpty();
  }

  @Test
  void oneNameTwiceIsNoFleet() {
    List<SlurmNode> twice = List.of(FleetFixtures.node("a", 1), FleetFixtures.node("a", 1));
    assertThatThrownBy(() -> new Fleet(twice)).hasMessage("node a stands twice");
  }

  private static List<SlurmNode> randomNodes(Random random) {
    List<SlurmNode> nodes = new ArrayList<>();
    int many = 1 + random.nextInt(40);
    for (int i = 0; i < many; i++) {
      String[] kinds = {"", "k80,k80", "rtx_4090", "a100,a100,a100,a100", "l4,k80,k80"};
      String kind = kinds[random.nextInt(kinds.length)];
      String[] types = kind.isEmpty() ? new String[0] : kind.split(",", -1);
      String name = (random.nextBoolean() ? "gpu0" : "n") + i;
      nodes.add(FleetFixtures.node(name, 64_000 + random.nextInt(2_000), types));
    }
    return nodes;
  }
}
