package org.sobre.slurm.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NodeRecordTest {

  @Test
  void readsARecordedNode() throws IOException, ScontrolException {
    NodeRecord node = Recorded.node("node-drained-by-admin.txt");
    assertThat(node.name()).isEqualTo("n1");
    assertThat(node.gres()).isEqualTo(Map.of("gpu:nvidia_geforce_rtx_2080", 2));
    assertThat(node.features()).hasSize(10).contains("vram_ge_8g", "gpu_family_turing");
    assertThat(node.cpus()).isEqualTo(2);
    assertThat(node.realMemoryMebibytes()).isEqualTo(24105);
    assertThat(node.state()).containsExactlyInAnyOrder("IDLE", "DRAIN", "DYNAMIC_NORM");
    assertThat(node.isDrained()).isTrue();
    assertThat(node.isDown()).isFalse();
    assertThat(node.weight()).isEqualTo(7);
  }

  @Test
  void whatAnAdminTypedIsNeverTakenForAKey() throws IOException, ScontrolException {
    NodeRecord node = Recorded.node("node-drained-by-admin.txt");
    assertThat(node.comment()).contains("rack 7 Gres=none");
    assertThat(node.reason()).contains("fan is loud, State=IDLE \"x [root@2026-11-21T00:59:23]");
  }

  @Test
  void readsSocketInfoNoFeaturesAndAFlaggedState() throws IOException, ScontrolException {
    NodeRecord node = Recorded.node("node-numa.txt");
    assertThat(node.gres()).isEqualTo(Map.of("gpu:rtx4090", 1, "gpu:a", 2));
    assertThat(node.features()).isEmpty();
    assertThat(node.isDown()).isTrue();
    assertThat(node.isDrained()).isTrue();
    assertThat(node.comment()).isEmpty();
  }

  @Test
  void anIdleNodeHasNoReason() throws IOException, ScontrolException {
    NodeRecord node = Recorded.node("node-idle.txt");
    assertThat(node.reason()).isEmpty();
    assertThat(node.isDrained()).isFalse();
  }

  @Test
  void refusesWhatIsNoNode() {
    assertThatThrownBy(() -> NodeRecord.parse("slurm_load_node error"))
        .isInstanceOf(ScontrolException.class)
        .hasMessageContaining("NodeName= is missing");
    assertThatThrownBy(
            () ->
                NodeRecord.parse(Recorded.text("node-idle.txt").replace("CPUTot=2", "CPUTot=two")))
        .hasMessageContaining("two");
  }

  @Test
  void aCountMayHaveASuffixAndStandOnceForEachSocket() {
    assertThat(NodeRecord.counts("gpu:a:2(S:0),gpu:a:2(S:1),shard:a:1K(S:0-1)"))
        .containsExactly(Map.entry("gpu:a", 4), Map.entry("shard:a", 1024));
    assertThatThrownBy(() -> NodeRecord.counts("shard:a:4000000M"))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
