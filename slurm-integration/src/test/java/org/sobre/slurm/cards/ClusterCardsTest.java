package org.sobre.slurm.cards;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.sobre.hardware.catalog.GpuCatalog;
import org.sobre.hardware.catalog.GpuCatalogFiles;
import org.sobre.hardware.gpu.GpuVendor;
import org.sobre.hardware.node.CpuTopology;
import org.sobre.hardware.units.MemorySize;
import org.sobre.hardware.units.PciAddress;
import org.sobre.slurm.command.ListedNode;
import org.sobre.slurm.command.ListedNode.Gpus;
import org.sobre.slurm.command.Recorded;
import org.sobre.slurm.node.GresEntry;
import org.sobre.slurm.node.NodeDocument;
import org.sobre.slurm.node.PublishedGpu;

/** From what sinfo lists to what a person can ask for. */
class ClusterCardsTest {

  private static GpuCatalog catalog = GpuCatalog.EMPTY;

  @BeforeAll
  static void theShippedCatalog() {
    catalog =
        new GpuCatalogFiles(Path.of("/no/such/site.yaml"), Path.of("../conf/gpu-catalog.yaml"))
            .load()
            .catalog();
  }

  @Test
  void theLabsClassesBySizeWithTheTypeAndWhatTheirNodesSay() throws IOException {
    List<CardClass> classes = recorded("sinfo-idle.txt");
    assertThat(classes)
        .extracting(CardClass::type)
        .containsExactly("tesla_k80", "nvidia_geforce_rtx_4090", "nvidia_l4", "amd_instinct_mi210");
    assertThat(classes)
        .extracting(CardClass::feature)
        .containsExactly(
            Optional.of("vram_ge_12g"),
            Optional.of("vram_ge_24g"),
            Optional.of("vram_has_24g"),
            Optional.of("vram_ge_64g"));
    assertThat(classes)
        .extracting(CardClass::memory)
        .containsExactly(
            new CardMemory.Size(12),
            new CardMemory.Size(24),
            new CardMemory.Size(24),
            new CardMemory.Size(64));
    assertThat(classes)
        .extracting(CardClass::computeCapability)
        .containsExactly(
            Optional.of("3.7"), Optional.of("8.9"), Optional.of("8.9"), Optional.empty());
    assertThat(classes)
        .extracting(one -> one.free() + "/" + one.total())
        .containsExactly("2/2", "2/2", "1/1", "1/1");
    assertThat(classes).allSatisfy(one -> assertThat(one.partition()).isEmpty());
  }

  /** {@code Gres=gpu:a100:4 Features=a100}. */
  @Test
  void aFeatureMayHaveTheNameOfTheType() {
    ListedNode node = node("n1", Map.of("a100", new Gpus(4, 0, 0)), Set.of("a100"));
    assertThat(new ClusterCards(ClusterCardsTest::nothing, catalog).of(List.of(node)))
        .extracting(CardClass::type)
        .containsExactly("a100");
  }

  @Test
  void freeCardsGoWithJobsDrainsSharesAndPowerCuts() throws IOException {
    assertThat(recorded("sinfo-busy.txt")).extracting(CardClass::free).containsExactly(1, 1, 1, 0);
    assertThat(recorded("sinfo-dead.txt"))
        .filteredOn(one -> one.type().equals("nvidia_geforce_rtx_4090"))
        .singleElement()
        .satisfies(one -> assertThat(one.free()).isZero())
        .satisfies(one -> assertThat(one.total()).isEqualTo(2));
    assertThat(recorded("sinfo-shards.txt"))
        .filteredOn(one -> one.type().equals("nvidia_l4"))
        .singleElement()
        .satisfies(one -> assertThat(one.free()).isZero())
        .satisfies(one -> assertThat(one.shardsPerCard()).isEqualTo(22));
  }

  @Test
  void whatANodeHasPublishedIsExactAndAskedOnceForEachKindOfNode() {
    List<String> asked = new ArrayList<>();
    ListedNode one = node("n1", Map.of("nvidia_l4", new Gpus(2, 0, 0)), L4_ALONE);
    ListedNode same = node("n2", Map.of("nvidia_l4", new Gpus(2, 1, 0)), L4_ALONE);
    List<CardClass> classes =
        new ClusterCards(
                name -> {
                  asked.add(name);
                  return Optional.of(document(name, "nvidia_l4", 23034));
                },
                GpuCatalog.EMPTY)
            .of(List.of(one, same));
    assertThat(asked).containsExactly("n1");
    assertThat(classes)
        .containsExactly(
            new CardClass(
                "nvidia_l4",
                new CardMemory.Total(MemorySize.ofMebibytes(23034)),
                Optional.of(GpuVendor.NVIDIA),
                Optional.of("8.9"),
                4,
                3,
                2,
                0,
                Optional.of("vram_ge_24g"),
                Optional.empty()));
  }

  /** Without a catalogue, a document or features of its own it is as its like elsewhere. */
  @Test
  void ofUnlikeCardsIsBelievedWhatNodesOfOneTypeSay() {
    ListedNode alone = node("n1", Map.of("x", new Gpus(1, 0, 0)), L4_ALONE);
    ListedNode unlike =
        node(
            "n2",
            Map.of("x", new Gpus(1, 0, 0), "y", new Gpus(1, 0, 0)),
            Set.of("vram_ge_8g", "vram_has_8g", "vram_has_24g", "gpu_vendor_nvidia"));
    List<CardClass> classes =
        new ClusterCards(ClusterCardsTest::nothing, GpuCatalog.EMPTY).of(List.of(alone, unlike));
    assertThat(classes).extracting(CardClass::type).containsExactly("y", "x");
    assertThat(classes.get(0).memory()).isEqualTo(new CardMemory.Size(8));
    assertThat(classes.get(0).computeCapability()).isEmpty();
    assertThat(classes.get(1).memory()).isEqualTo(new CardMemory.Size(24));
    assertThat(classes.get(1).total()).isEqualTo(2);
    assertThat(classes.get(1).feature()).contains("vram_has_24g");
  }

  /** A K80's driver does not tell its age: the one that the node's features have is the L4's. */
  @Test
  void whatAFeatureSaysOfOneOfUnlikeCardsIsNotSaidOfTheOther() {
    ListedNode unlike =
        node("n1", Map.of("old", new Gpus(1, 0, 0), "new", new Gpus(1, 0, 0)), L4_ALONE);
    assertThat(new ClusterCards(ClusterCardsTest::nothing, GpuCatalog.EMPTY).of(List.of(unlike)))
        .hasSize(2)
        .allSatisfy(one -> assertThat(one.computeCapability()).isEmpty());
  }

  @Test
  void oneNameOfTwoSizesIsTwoClasses() {
    Map<String, Gpus> gpus = Map.of("nvidia_geforce_rtx_3080", new Gpus(1, 0, 0));
    ListedNode ten = node("n1", gpus, Set.of("vram_ge_10g", "vram_has_10g"));
    ListedNode twelve = node("n2", gpus, Set.of("vram_ge_12g", "vram_has_12g"));
    assertThat(new ClusterCards(ClusterCardsTest::nothing, catalog).of(List.of(twelve, ten)))
        .extracting(CardClass::memory)
        .containsExactly(new CardMemory.Size(10), new CardMemory.Size(12));
  }

  /** A site whose nodes do not run Sobre: the catalogue knows the type, or nobody does. */
  @Test
  void withoutFeaturesTheCatalogueKnowsTheTypeAndNothingIsConstrained() {
    ListedNode node =
        node("n1", Map.of("tesla_t4", new Gpus(2, 0, 0), "warp", new Gpus(1, 0, 0)), Set.of());
    List<CardClass> classes =
        new ClusterCards(ClusterCardsTest::nothing, catalog).of(List.of(node));
    assertThat(classes).extracting(CardClass::type).containsExactly("tesla_t4", "warp");
    assertThat(classes.get(0).memory()).isEqualTo(new CardMemory.Size(16));
    assertThat(classes.get(0).computeCapability()).contains("7.5");
    assertThat(classes.get(1).memory()).isEqualTo(new CardMemory.Unknown());
    assertThat(classes).allSatisfy(one -> assertThat(one.feature()).isEmpty());
  }

  @Test
  void aPartitionThatIsNotTheDefaultIsNamed() {
    ListedNode node =
        new ListedNode("n1", true, List.of("fat"), false, Map.of("x", new Gpus(1, 0, 0)), L4_ALONE);
    assertThat(new ClusterCards(ClusterCardsTest::nothing, GpuCatalog.EMPTY).of(List.of(node)))
        .singleElement()
        .satisfies(one -> assertThat(one.partition()).contains("fat"));
  }

  private static final Set<String> L4_ALONE =
      Set.of("vram_ge_20g", "vram_ge_24g", "vram_has_24g", "gpu_vendor_nvidia", "gpu_cc_8_9");

  private static Optional<NodeDocument> nothing(String node) {
    return Optional.empty();
  }

  private static List<CardClass> recorded(String name) throws IOException {
    return new ClusterCards(ClusterCardsTest::nothing, catalog).of(Recorded.listed(name));
  }

  private static ListedNode node(String name, Map<String, Gpus> gpus, Set<String> features) {
    return new ListedNode(name, true, List.of("main"), true, gpus, features);
  }

  private static NodeDocument document(String node, String type, long mebibytes) {
    return new NodeDocument(
        node,
        "boot",
        "digest",
        Optional.empty(),
        List.of(new GresEntry(0, "gpu", type, Path.of("/dev/nvidia0"), Optional.empty(), "GPU-1")),
        List.of(
            new PublishedGpu(
                GpuVendor.NVIDIA,
                "NVIDIA L4",
                Optional.of("GPU-1"),
                PciAddress.parse("0000:01:00.0").orElseThrow(),
                true,
                OptionalLong.of(mebibytes),
                false,
                List.of(),
                OptionalInt.empty(),
                Optional.of("8.9"))),
        List.of(),
        new CpuTopology("cpu", 1, 1, 1),
        new MemorySize(1));
  }
}
