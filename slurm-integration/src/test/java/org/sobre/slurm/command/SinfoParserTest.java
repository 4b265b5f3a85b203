package org.sobre.slurm.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sobre.slurm.command.ListedNode.Gpus;

/** What a real sinfo said, and what another release or site might. */
class SinfoParserTest {

  @Test
  void aNodeOfTwoPartitionsIsOneNodeWithTheDefaultOneFirst() throws IOException {
    List<ListedNode> nodes = SinfoParser.parse(Recorded.text("sinfo-idle.txt"));
    assertThat(nodes)
        .extracting(ListedNode::name)
        .containsExactly("amd1", "cpu1", "gpu1", "mixed1");
    ListedNode mixed = nodes.get(3);
    assertThat(mixed.partitions()).containsExactly("main", "mixed");
    assertThat(mixed.inDefaultPartition()).isTrue();
    assertThat(mixed.acceptsJobs()).isTrue();
    assertThat(mixed.gpus()).hasSize(2).containsEntry("tesla_k80", new Gpus(2, 0, 0));
    assertThat(mixed.features()).contains("vram_has_24g", "gpu_cc_3_7").hasSize(25);
    assertThat(nodes.get(1).gpus()).isEmpty();
    assertThat(nodes.get(1).features()).isEmpty();
  }

  @Test
  void whatJobsHoldIsNotFreeAndADrainedNodeTakesNone() throws IOException {
    List<ListedNode> nodes = SinfoParser.parse(Recorded.text("sinfo-busy.txt"));
    assertThat(nodes.get(0).acceptsJobs()).as("drained amd1").isFalse();
    assertThat(nodes.get(2).acceptsJobs()).as("half busy gpu1").isTrue();
    assertThat(nodes.get(2).gpus()).containsEntry("nvidia_geforce_rtx_4090", new Gpus(2, 1, 0));
    assertThat(nodes.get(3).gpus())
        .containsEntry("nvidia_l4", new Gpus(1, 0, 0))
        .containsEntry("tesla_k80", new Gpus(2, 1, 0));
  }

  @Test
  void aGpuOfWhichSomebodyHasAShardIsHeld() throws IOException {
    ListedNode mixed = SinfoParser.parse(Recorded.text("sinfo-shards.txt")).get(3);
    assertThat(mixed.gpus())
        .containsEntry("nvidia_l4", new Gpus(1, 1, 22))
        .containsEntry("tesla_k80", new Gpus(2, 0, 22));
  }

  @Test
  void aNodeThatDoesNotAnswerTakesNoJob() throws IOException {
    ListedNode dead = SinfoParser.parse(Recorded.text("sinfo-dead.txt")).get(2);
    assertThat(dead.name()).isEqualTo("gpu1");
    assertThat(dead.acceptsJobs()).isFalse();
  }

  /** sinfo(1), NODE STATE CODES. */
  @ParameterizedTest
  @CsvSource({
    "idle, true", "mix, true", "mix-, true", "idle~, true", "idle#, true", "plnd, true",
    "alloc, false", "idle*, false", "drain, false", "drng, false", "down*, false", "inval, false",
    "comp, false", "resv, false", "maint, false", "mix@, false", "idle$, false", "idle!, false",
    "idle%, false", "unk, false", "?, false"
  })
  void onlySomeStatesTakeAJob(String state, boolean accepts) {
    assertThat(node(state + "|main*|up|gpu:a:1|gpu:a:0(IDX:N/A)|x").acceptsJobs())
        .isEqualTo(accepts);
  }

  @Test
  void aNodeWhosePartitionsAreDownTakesNone() {
    ListedNode node = node("idle|main*|down|gpu:a:1|gpu:a:0(IDX:N/A)|x");
    assertThat(node.acceptsJobs()).isFalse();
    assertThat(node.partitions()).isEmpty();
    assertThat(node.inDefaultPartition()).isFalse();
  }

  /** Held: by places, by a count without places, by 23.11's shares of each GPU; each GPU once. */
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "gpu:a:4(S:0-1); gpu:a:3(IDX:0-1,3); 3",
        "gpu:a:4; gpu:a:2; 2",
        "gpu:a:4,shard:a:8; gpu:a:1(IDX:0),shard:a:1(IDX:2); 2",
        "gpu:a:4,shard:a:8; gpu:a:0(IDX:N/A),shard:a:5(2/2,0/2,1/2,2/2); 3",
        "gpu:a:4; (null); 0",
        "gpu:a:4; gpu:a:9; 4",
        "gpu:a:4; gpu:b:1(IDX:0); 0",
        "gpu:a:2,gpu:a:2; gpu:a:1(IDX:0),gpu:a:1(IDX:3); 2"
      })
  void countsWhatIsHeld(String there, String used, int held) {
    assertThat(node("idle|main*|up|" + there + "|" + used + "|x").gpus().get("a"))
        .satisfies(gpus -> assertThat(gpus.held()).isEqualTo(held))
        .satisfies(gpus -> assertThat(gpus.total()).isEqualTo(4));
  }

  @Test
  void gpusWithoutATypeAreOfNone() {
    assertThat(node("idle|main*|up|gpu:8|gpu:2|(null)").gpus())
        .containsOnlyKeys(ListedNode.UNTYPED)
        .containsEntry(ListedNode.UNTYPED, new Gpus(8, 2, 0));
    assertThat(node("idle|main*|up|gpu|gpu:0|(null)").gpus())
        .containsEntry(ListedNode.UNTYPED, new Gpus(1, 0, 0));
    assertThat(node("idle|main*|up|gpu:0|gpu:0|(null)").gpus()).isEmpty();
    assertThat(node("idle|main*|up|gpu:a:1K,lic:5|gpu:a:0|(null)").gpus())
        .containsEntry("a", new Gpus(1024, 0, 0));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "n1|idle|main*|up|gpu:a:1|gpu:a:0",
        "sinfo: error: Unknown field",
        "n1|idle|main*|up|gpu:a:1:b:2|gpu:a:0|x|"
      })
  void whatIsNoSuchLineIsSaid(String line) {
    assertThatThrownBy(() -> SinfoParser.parse(line))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("found");
  }

  private static ListedNode node(String fields) {
    return SinfoParser.parse("n1|" + fields + "|\n").get(0);
  }
}
