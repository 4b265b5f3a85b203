package org.sobre.cli.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.sobre.cli.policy.PolicyScript.PolicyScriptException;
import org.sobre.hardware.gpu.GpuVendor;
import org.sobre.slurm.policy.JobRequest;
import org.sobre.slurm.policy.LuaRenderer;
import org.sobre.slurm.policy.LuaRenderer.Form;
import org.sobre.slurm.policy.PolicyOptions;
import org.sobre.slurm.policy.PolicyTable;
import org.sobre.slurm.policy.PolicyTable.Card;
import org.sobre.slurm.policy.PolicyTable.Memory;
import org.sobre.slurm.policy.PolicyTable.NodeKind;
import org.sobre.slurm.policy.SubmissionParser;
import org.sobre.slurm.policy.Verdict;

/** Sites with cards above and between the rungs, and with cards that nobody has described. */
class PolicyTableTest {

  private static final int USER = 1000;
  private static final long H200 = 150_754;
  private final Map<String, Card> cards = new HashMap<>();
  private final List<NodeKind> nodes = new ArrayList<>();

  private void card(String type, int gigabytes, long megabytes) {
    cards.put(type, card(Optional.of(new Memory(gigabytes, gigabytes, megabytes, megabytes))));
    node(gigabytes, type);
  }

  private static Card card(Optional<Memory> memory) {
    return new Card(Optional.of(GpuVendor.NVIDIA), memory, Optional.of("9.0"), Optional.empty(), 1);
  }

  private void node(int gigabytes, String type) {
    nodes.add(
        new NodeKind(
            gigabytes, gigabytes, Set.of(GpuVendor.NVIDIA), Optional.of("9.0"), Set.of(type)));
  }

  private Verdict judge(String options) throws PolicyScriptException {
    return judge(SubmissionParser.parse("#SBATCH " + options, List.of()).get(0));
  }

  private Verdict judge(JobRequest request) throws PolicyScriptException {
    PolicyTable table = PolicyTable.of(cards, nodes, Map.of(), PolicyOptions.DEFAULT);
    return PolicyScript.load("job_submit.lua", LuaRenderer.render(table, Form.SCRIPT, "0.1.0"))
        .judge(request, USER);
  }

  private String features(String options) throws PolicyScriptException {
    Verdict verdict = judge(options);
    assertThat(verdict).as(options).isInstanceOf(Verdict.Accepted.class);
    return ((Verdict.Accepted) verdict).rewritten().getOrDefault("features", "");
  }

  @Test
  void aCardIsAskedForByTheSizeThatItIsSoldWith() throws PolicyScriptException {
    card("nvidia_h200", 140, H200);
    card("nvidia_l4", 24, 24_152);
    assertThat(features("--gres=gpu:1 --comment=sobre:vram=141G")).isEqualTo("vram_ge_140g");
    assertThat(features("--gres=gpu:nvidia_h200:1 --comment=sobre:vram=141G"))
        .isEqualTo("vram_ge_140g");
    assertThat(judge("--gres=gpu:1 --comment=sobre:vram=160G").said())
        .singleElement()
        .asString()
        .contains("no GPU here has so much video memory");
    card("nvidia_b200", 192, 192_000);
    assertThat(features("--gres=gpu:1 --comment=sobre:vram=141G")).isEqualTo("vram_ge_192g");
    assertThat(features("--gres=gpu:nvidia_h200:1 --comment=sobre:vram=141G"))
        .isEqualTo("vram_ge_140g");
  }

  @Test
  void whereLesserCardsShareItsRungItIsAskedForByType() throws PolicyScriptException {
    card("nvidia_h200", 140, H200);
    card("other", 140, 139_000);
    assertThat(judge("--gres=gpu:1 --comment=sobre:vram=141G").said().toString())
        .contains("ask for it by type", "one of: nvidia_h200 (140 GB)");
    card("large", 192, 288_000);
    assertThat(features("--gres=gpu:1 --comment=sobre:vram=288G")).isEqualTo("vram_ge_192g");
  }

  @Test
  void aTypeThatNobodyHasDescribedIsSlurmsToRefuse() throws PolicyScriptException {
    card("nvidia_l4", 24, 24_152);
    Verdict verdict = judge("--gres=gpu:a100:1");
    assertThat(verdict).isInstanceOf(Verdict.Accepted.class);
    assertThat(verdict.said()).singleElement().asString().contains("no node has gpu:a100");
    assertThat(features("--gres=gpu:a100:1 --comment=sobre:vram=24G")).isEmpty();
    assertThat(features("--gres=shard:4")).isEmpty();
    assertThat(judge("--gres=shard:nvidia_l4:4")).isInstanceOf(Verdict.Refused.class);
  }

  @Test
  void aTypeWhoseMemoryNobodyTellsGetsNoWordOfSize() throws PolicyScriptException {
    card("nvidia_l4", 24, 24_152);
    cards.put("dumb", card(Optional.empty()));
    node(0, "dumb");
    assertThat(features("--gres=gpu:dumb:1 --comment=sobre:vram=24G")).isEmpty();
    assertThat(judge("--gres=gpu:dumb:1 --comment=sobre:vram=24G").said())
        .singleElement()
        .asString()
        .contains("no node tells the video memory of dumb");
  }

  /** What slurmctld's locks are held for. */
  @Test
  void longFieldsAreNotLookedAtAndBlanksCostNoTime() {
    card("nvidia_l4", 24, 24_152);
    Map<String, String> job =
        Map.of(
            "features", "a" + " ".repeat(200_000) + "b",
            "tres_per_node", "gres:gpu:1" + " ".repeat(200_000) + "x",
            "tres_per_job", " ".repeat(4_000) + "gres:gpu:1" + " ".repeat(80),
            "comment", "sobre:vram=2G");
    Verdict verdict =
        Assertions.assertTimeoutPreemptively(
            Duration.ofSeconds(10), () -> judge(new JobRequest(job)));
    assertThat(verdict.said())
        .hasSize(3)
        .anyMatch(text -> text.contains("more than 4096 characters"))
        .last()
        .asString()
        .contains("add vram_ge_2g to it yourself");
    assertThat(((Verdict.Accepted) verdict).rewritten()).isEmpty();
  }

  @Test
  void someThingsAreSaidAndNoMore() throws PolicyScriptException {
    card("nvidia_l4", 24, 24_152);
    String many = "gres:gpu:x:1,".repeat(300) + "gres:gpu:1";
    Verdict verdict =
        judge(new JobRequest(Map.of("tres_per_node", many, "comment", "sobre:vram=2G")));
    assertThat(verdict.said()).hasSizeBetween(8, 10);
    assertThat(verdict.said()).last().asString().contains("constraint is now vram_ge_2g");
  }

  @Test
  void aLongConstraintIsShownWhole() throws PolicyScriptException {
    card("nvidia_l4", 24, 24_152);
    String theirs = "a".repeat(50) + "&" + "b".repeat(50);
    assertThat(judge("--gres=gpu:1 -C '" + theirs + " ' --comment=sobre:vram=2G").said())
        .singleElement()
        .asString()
        .endsWith(theirs + "&vram_ge_2g");
  }
}
