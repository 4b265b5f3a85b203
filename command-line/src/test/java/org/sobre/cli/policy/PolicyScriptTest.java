package org.sobre.cli.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sobre.cli.policy.PolicyScript.PolicyScriptException;
import org.sobre.hardware.gpu.GpuVendor;
import org.sobre.hardware.message.Language;
import org.sobre.slurm.policy.JobRequest;
import org.sobre.slurm.policy.LuaRenderer;
import org.sobre.slurm.policy.LuaRenderer.Form;
import org.sobre.slurm.policy.PolicyOptions;
import org.sobre.slurm.policy.PolicyOptions.Answer;
import org.sobre.slurm.policy.PolicyTable;
import org.sobre.slurm.policy.PolicyTable.Card;
import org.sobre.slurm.policy.PolicyTable.CardNeed;
import org.sobre.slurm.policy.PolicyTable.Memory;
import org.sobre.slurm.policy.PolicyTable.NodeKind;
import org.sobre.slurm.policy.PolicyTable.ProfileNeed;
import org.sobre.slurm.policy.PolicyTable.Shares;
import org.sobre.slurm.policy.SubmissionParser;
import org.sobre.slurm.policy.Verdict;

/** A site of four kinds of nodes: two RTX 4090; an L4 beside two K80; an MI210; an A100. */
class PolicyScriptTest {

  private static final int USER = 1000;

  private static final PolicyOptions ENGLISH =
      new PolicyOptions(
          Answer.ACCEPT, Answer.REFUSE, Answer.REFUSE, true, Optional.of(Language.ENGLISH));

  private static Card card(GpuVendor vendor, int gigabytes, String capability, int shards) {
    return new Card(
        Optional.of(vendor),
        Optional.of(new Memory(gigabytes, gigabytes, gigabytes * 1000L, gigabytes * 1000L)),
        Optional.of(capability).filter(c -> !c.isEmpty()),
        shards == 0 ? Optional.empty() : Optional.of(new Shares(shards, OptionalLong.of(1024))),
        1);
  }

  static PolicyTable table(PolicyOptions options) {
    return PolicyTable.of(
        Map.of(
            "nvidia_geforce_rtx_4090", card(GpuVendor.NVIDIA, 24, "8.9", 23),
            "nvidia_l4", card(GpuVendor.NVIDIA, 24, "8.9", 22),
            "tesla_k80", card(GpuVendor.NVIDIA, 11, "3.7", 11),
            "nvidia_a100", card(GpuVendor.NVIDIA, 40, "8.0", 0),
            "amd_instinct_mi210", card(GpuVendor.AMD, 64, "", 0)),
        List.of(
            node(24, 24, GpuVendor.NVIDIA, "8.9", "nvidia_geforce_rtx_4090"),
            node(11, 24, GpuVendor.NVIDIA, "3.7", "nvidia_l4", "tesla_k80"),
            node(40, 40, GpuVendor.NVIDIA, "8.0", "nvidia_a100"),
            node(64, 64, GpuVendor.AMD, "", "amd_instinct_mi210")),
        Map.of(
            "sd21-finetune", need(24, 16, Set.of(GpuVendor.NVIDIA), "8.0"),
            "big", need(64, 48, Set.of(GpuVendor.NVIDIA), ""),
            "any", need(12, 12, Set.of(), ""),
            "both", need(24, 24, Set.of(GpuVendor.NVIDIA, GpuVendor.AMD), "8.0"),
            "modern", need(48, 48, Set.of(), "8.0"),
            "reduced-only",
                ProfileNeed.ofGpus(Set.of(), Optional.empty(), Optional.of(cards(24, ""))),
            "snug",
                ProfileNeed.ofGpus(
                    Set.of(),
                    Optional.of(new CardNeed(40, 22_900, Optional.of("6.0"))),
                    Optional.of(new CardNeed(12, 11_000, Optional.of("8.9")))),
            "cpu", ProfileNeed.ofProcessors()),
        options);
  }

  private static NodeKind node(
      int all, int one, GpuVendor vendor, String capability, String... types) {
    return new NodeKind(
        all, one, Set.of(vendor), Optional.of(capability).filter(c -> !c.isEmpty()), Set.of(types));
  }

  private static ProfileNeed need(
      int gigabytes, int reduced, Set<GpuVendor> vendors, String capability) {
    return ProfileNeed.ofGpus(
        vendors,
        Optional.of(cards(gigabytes, capability)),
        Optional.of(cards(reduced, capability)));
  }

  /** What needs all that a card of the class has. */
  private static CardNeed cards(int gigabytes, String capability) {
    return new CardNeed(
        gigabytes, gigabytes * 990L, Optional.of(capability).filter(c -> !c.isEmpty()));
  }

  private static PolicyScript script(PolicyOptions options) throws PolicyScriptException {
    return PolicyScript.load(
        "job_submit.lua", LuaRenderer.render(table(options), Form.SCRIPT, "0.1.0"));
  }

  private static Verdict judge(String options) throws PolicyScriptException {
    return judge(options, USER);
  }

  private static Verdict judge(String options, int uid) throws PolicyScriptException {
    return script(ENGLISH)
        .judge(SubmissionParser.parse("#SBATCH " + options, List.of()).get(0), uid);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "--gres=gpu:1 --comment=sobre:vram=24G; vram_ge_24g",
        "--gres=gpu:1 --comment=sobre:vram=21; vram_ge_24g",
        "--gres=gpu:1 --comment='fig 3, sobre:vram=10.5G'; vram_ge_11g",
        "--gpus=2 --comment=sobre:profile=sd21-finetune; vram_ge_24g&gpu_cc_ge_8_0",
        "--gres=gpu:1 --comment='sobre:profile=sd21-finetune sobre:allow-reduced';"
            + " vram_ge_16g&gpu_cc_ge_8_0",
        "--gres=gpu:1 --comment='sobre:profile=any,sobre:vram=40G'; vram_ge_40g",
        "--gpus-per-task=1 --comment=sobre:vram=64G; vram_ge_64g",
        "--gpus-per-node=1 --comment=sobre:vram=2G; vram_ge_2g",
        "--gpus-per-socket=1 --comment=sobre:vram=2G; vram_ge_2g",
        "--gres=gpu:nvidia_l4:1 --comment=sobre:vram=24G; vram_has_24g",
        "--gres=gpu:tesla_k80:2 --comment=sobre:vram=8G; vram_ge_8g",
        "--gres=gpu:nvidia_l4:1,gpu:tesla_k80:1 --comment=sobre:vram=11G; vram_ge_11g",
        "--gres=shard:20 --comment=sobre:vram=8G; vram_ge_8g",
        "--gres=gpu:1 -C big --comment=sobre:vram=24G; big&vram_ge_24g",
        "--gres=gpu:1 -C a,b --comment=sobre:vram=24G; a,b&vram_ge_24g",
        "--gres=gpu:1 -C 'a|b' --comment=sobre:vram=24G; (a|b)&vram_ge_24g",
        "--gres=gpu:1 -C '(a|b)&c' --comment=sobre:vram=24G; (a|b)&c&vram_ge_24g",
        "--gres=gpu:1 -C 'a|vram_ge_40g' --comment=sobre:vram=24G; (a|vram_ge_40g)&vram_ge_24g",
        "--gpus=1 --comment=sobre:profile=both; vram_ge_24g&(gpu_cc_ge_8_0|gpu_vendor_amd)",
        "--gpus=1 -C gpu_vendor_amd --comment=sobre:profile=both; gpu_vendor_amd&vram_ge_24g",
        "--gpus=1 -C 'x&(gpu_cc_ge_8_0|gpu_vendor_amd)' --comment=sobre:profile=both;"
            + " x&(gpu_cc_ge_8_0|gpu_vendor_amd)&vram_ge_24g",
        "--gpus=1 --comment=sobre:profile=modern; vram_ge_48g&gpu_vendor_amd",
        "--gpus=amd_instinct_mi210:1 --comment=sobre:profile=both; vram_ge_24g",
        "--gpus=1 -C gpu_cc_ge_7_5 --comment=sobre:profile=sd21-finetune;"
            + " gpu_cc_ge_7_5&vram_ge_24g&gpu_cc_ge_8_0",
        "--gres=gpu:1 --comment=Sobre:VRAM=24G; vram_ge_24g",
        "--gres=gpu:1 --comment='large, please: sobre:vram=24G.'; vram_ge_24g",
        "--gpus=1 --comment=sobre:profile=snug; vram_ge_40g&(gpu_cc_ge_6_0|gpu_vendor_amd)",
        // large enough by its own memory, though cards of its class are not
        "--gpus=nvidia_l4:1 --comment=sobre:profile=snug; vram_has_24g",
        // the variant that loses something wants a newer card
        "--gpus=1 --comment='sobre:profile=snug sobre:allow-reduced';"
            + " vram_ge_12g&(gpu_cc_ge_8_9|gpu_vendor_amd)",
        "--gpus=1 -C gpu_cc_ge_10_0 --comment=sobre:profile=sd21-finetune;"
            + " gpu_cc_ge_10_0&vram_ge_24g",
      })
  void whatIsAskedForBecomesAConstraint(String options, String features)
      throws PolicyScriptException {
    Verdict verdict = judge(options);
    assertThat(verdict).isInstanceOf(Verdict.Accepted.class);
    assertThat(((Verdict.Accepted) verdict).rewritten())
        .as("%s", verdict.said())
        .containsExactlyEntriesOf(Map.of("features", features));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      nullValues = "-",
      value = {
        "--gres=gpu:1; -",
        "--mem=4G; -",
        "--gres=gpu:0 --comment=sobre:vram=24G; add --gres=gpu:1",
        "--comment=sobre:vram=24G; add --gres=gpu:1",
        "--gres=gpu:1 --comment='a paper about sobre'; -",
        "--gres=gpu:1 --comment=sobre:vrm=24G; sobre:vrm=24G in the comment is not understood",
        "--gres=gpu:1 --comment=sobre:profile=cpu; -",
        "--gres=gpu:1 -C vram_ge_40g --comment=sobre:vram=24G; -",
        "--gres=gpu:nvidia_l4:1 -C vram_has_40g --comment=sobre:vram=24G; -",
        "--gres=gpu:1 -C '[a|b]' --comment=sobre:vram=24G; add vram_ge_24g to it yourself",
        "--gres=gpu:1 -C 'a*2' --comment=sobre:vram=24G; add vram_ge_24g to it yourself",
        "--gres=gpu:1 -C '(a&b)|c' --comment=sobre:vram=24G; add vram_ge_24g to it yourself",
        "--gres=gpu:1 -C 'a|b&c' --comment=sobre:vram=24G; add vram_ge_24g to it yourself",
        "--gres=gpu:1 -C 'a| ' --comment=sobre:vram=24G; add vram_ge_24g to it yourself",
        "--gres=gpu:1 -C 'a&' --comment=sobre:vram=24G; add vram_ge_24g to it yourself",
        "--gpus=1 --mem-per-gpu=24G; for a GPU of 24 GB give --comment=sobre:vram=24G",
        "--gpus=1 --mem-per-gpu=24G -C vram_ge_24g; -",
        "--gpus=nvidia_l4:1 --mem-per-gpu=24G; -",
        "--gres=shard:4 --comment=sobre:vram=24G -C vram_ge_24g; 4 shares hold 4096 MiB",
        "--gres=shard:nvidia_l4:22; -",
        "--gres=license:2; -",
        "--gres=gpu_mem:8000,gpu-x:9,shard_y:99; -",
      })
  void whatIsLeftAsItIs(String options, String said) throws PolicyScriptException {
    Verdict verdict = judge(options);
    assertThat(verdict).isInstanceOf(Verdict.Accepted.class);
    assertThat(((Verdict.Accepted) verdict).rewritten()).isEmpty();
    if (said == null) {
      assertThat(verdict.said()).isEmpty();
    } else {
      assertThat(verdict.said()).singleElement().asString().contains(said);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "--gres=gpu:1 --comment=sobre:vram=80G; there are: amd_instinct_mi210 (64 GB)",
        "--gres=gpu:1 --comment=sobre:vram=1000G; there are: amd_instinct_mi210 (64 GB)",
        "--gres=gpu:1 --comment=sobre:vram=lots; expected gigabytes",
        "--gres=gpu:1 --comment=sobre:vram=0; expected gigabytes",
        "--gres=gpu:1 --comment=sobre:vram=24GiB; expected gigabytes",
        "--gres=gpu:1 --comment=sobre:profile=nosuch; no profile of this site is called nosuch",
        "--gres=gpu:1 --comment=sobre:profile=big; is of the vendor and generation",
        "--gres=gpu:1 --comment=sobre:profile=reduced-only; add sobre:allow-reduced",
        "--gres=gpu:tesla_k80:1 --comment=sobre:vram=24G; these would do:"
            + " amd_instinct_mi210 (64 GB), nvidia_a100 (40 GB), nvidia_geforce_rtx_4090 (24 GB)",
        "--gres=gpu:amd_instinct_mi210:1 --comment=sobre:profile=sd21-finetune; another vendor",
        "--gres=gpu:tesla_k80:1 --comment=sobre:profile=sd21-finetune; With sobre:allow-reduced",
        "--gres=gpu:h100:1; no node has gpu:h100; there are: amd_instinct_mi210",
        "--gres=gpu:4090:1; no node has gpu:4090",
        "--gres=shard:24; one GPU has at most 23 shares",
        "--gres=shard:tesla_k80:12; shard:tesla_k80:12: one GPU has at most 11",
        "--gres=shard:nvidia_a100:1; not shared",
        "--gres=shard:1k; shard:1024: one GPU",
      })
  void whatCannotBeIsRefusedWithWhatThereIs(String options, String said)
      throws PolicyScriptException {
    Verdict verdict = judge(options);
    assertThat(verdict).as(options).isInstanceOf(Verdict.Refused.class);
    assertThat(verdict.said()).last().asString().contains(said).startsWith("sobre: ");
    assertThat(((Verdict.Refused) verdict).status()).isEqualTo(2014);
  }

  @Test
  void rootIsToldAndNotRefused() throws PolicyScriptException {
    Verdict verdict = judge("--gres=shard:24", 0);
    assertThat(verdict).isInstanceOf(Verdict.Accepted.class);
    assertThat(verdict.said()).hasSize(2).last().asString().contains("root is not refused");
  }

  @Test
  void preferIsItsOwnersAlone() throws PolicyScriptException {
    Verdict verdict = judge("--gres=gpu:1 --prefer=a --comment=sobre:vram=24G");
    assertThat(((Verdict.Accepted) verdict).rewritten())
        .containsExactlyEntriesOf(Map.of("features", "vram_ge_24g"));
  }

  /**
   * One script for all, in an order that meets some while they are kept and some after they were
   * dropped, against one script for each.
   */
  @Test
  void whatWasAskedBeforeChangesNoVerdict() throws PolicyScriptException {
    PolicyScript one = script(ENGLISH);
    for (int i = 0; i < 300; i++) {
      int which = i * i % 97;
      String options =
          (which % 3 == 0 ? "--gres=gpu:tesla_k80:1" : "--gres=gpu:1")
              + (which % 5 == 0 ? " -C x" : "")
              + (which % 7 == 0 ? "" : " --comment=sobre:vram=" + which + "G");
      JobRequest request = SubmissionParser.parse("#SBATCH " + options, List.of()).get(0);
      int uid = i % 4 == 0 ? 0 : USER;
      Verdict fresh = script(ENGLISH).judge(request, uid);
      assertThat(one.judge(request, uid)).as("%s by %d", options, uid).isEqualTo(fresh);
    }
  }

  @Test
  void whatIsNotOursInACommentMakesNoOtherRequest() throws PolicyScriptException {
    PolicyScript one = script(ENGLISH);
    Verdict known = one.judge(commented("sobre:vram=24G"), USER);
    for (String comment :
        List.of(
            "run 17 sobre:vram=24G",
            "vram=96G;Sobre:vram=24G,sobre",
            "notsobre:vram=96G  sobre:vram=24G",
            "sobre:vram=24G " + "x".repeat(5000) + " sobre:vram=96G")) {
      Verdict.Accepted verdict = (Verdict.Accepted) one.judge(commented(comment), USER);
      assertThat(verdict.rewritten())
          .as(comment)
          .isEqualTo(((Verdict.Accepted) known).rewritten())
          .hasSize(1);
      assertThat(script(ENGLISH).judge(commented(comment), USER)).isEqualTo(verdict);
    }
    assertThat(one.judge(commented("sobre:vram=24G sobre:vrm=2"), USER).said()).hasSize(2);
    assertThat(one.judge(commented("run 24"), USER).said()).isEmpty();
  }

  private static JobRequest commented(String comment) {
    return new JobRequest(Map.of("tres_per_node", "gres:gpu:1", "comment", comment));
  }

  /** What one field says is not taken for another's. */
  @Test
  void theSameTextInAnotherFieldIsAnotherRequest() throws PolicyScriptException {
    PolicyScript one = script(ENGLISH);
    Map<String, String> asked = Map.of("tres_per_node", "gres:gpu:1", "comment", "sobre:vram=24G");
    assertThat(((Verdict.Accepted) one.judge(new JobRequest(asked), USER)).rewritten()).hasSize(1);
    Map<String, String> beside = Map.of("tres_per_node", "gres:gpu:1", "prefer", "sobre:vram=24G");
    assertThat(one.judge(new JobRequest(beside), USER).said()).isEmpty();
    Map<String, String> constraint =
        Map.of("tres_per_node", "gres:gpu:1", "features", "sobre:vram=24G");
    assertThat(one.judge(new JobRequest(constraint), USER).said()).isEmpty();
  }

  @Test
  void whatAUserWritesIsNoPlaceOfOurTexts() throws PolicyScriptException {
    JobRequest request = new JobRequest(Map.of("tres_per_node", "gres:gpu:{list}{1}%1:1"));
    assertThat(script(ENGLISH).judge(request, USER).said())
        .singleElement()
        .asString()
        .startsWith("sobre: no node has gpu:{list}{1}%1; there are: amd_instinct_mi210 (64 GB), ");
  }

  @Test
  void laterReleasesSayGresWithASlash() throws PolicyScriptException {
    JobRequest request =
        new JobRequest(
            Map.of(
                "tres_per_node", "gres/gpu:tesla_k80:1",
                "tres_per_task", "cpu:2,gres/shard=30",
                "mem_per_tres", "gres/gpu:1024"));
    assertThat(script(ENGLISH).judge(request, USER).said())
        .singleElement()
        .asString()
        .contains("shard:30: one GPU has at most 23");
  }

  @Test
  void theSitesSwitches() throws PolicyScriptException {
    PolicyOptions lenient =
        new PolicyOptions(
            Answer.ACCEPT, Answer.ACCEPT, Answer.ACCEPT, false, Optional.of(Language.FRENCH));
    PolicyScript script = script(lenient);
    for (String options :
        List.of(
            "--gres=gpu:1 --comment=sobre:profile=nosuch",
            "--gres=gpu:h100:1",
            "--gpus=1 --mem-per-gpu=24G")) {
      Verdict verdict =
          script.judge(SubmissionParser.parse("#SBATCH " + options, List.of()).get(0), USER);
      assertThat(verdict).as(options).isInstanceOf(Verdict.Accepted.class);
      assertThat(verdict.said()).hasSize(options.contains("mem") ? 0 : 1);
    }
    assertThat(
            script
                .judge(SubmissionParser.parse("#SBATCH --gres=shard:99", List.of()).get(0), USER)
                .said()
                .get(0))
        .contains("un GPU a au plus 23 parts, et les parts d'un travail");
  }

  @Test
  void aModuleIsAskedAsASiteWould() throws PolicyScriptException {
    PolicyScript module =
        PolicyScript.load("m", LuaRenderer.render(table(ENGLISH), Form.MODULE, "0.1.0"));
    assertThat(module.judge(new JobRequest(Map.of("tres_per_node", "gres:shard:99")), USER))
        .isInstanceOf(Verdict.Refused.class);
  }

  @Test
  void aFailingOrBrokenScriptIsSaid() {
    String text = LuaRenderer.render(table(ENGLISH), Form.SCRIPT, "0.1.0");
    assertThatThrownBy(() -> PolicyScript.load("broken", text + "\n("))
        .isInstanceOf(PolicyScriptException.class);
    assertThatThrownBy(() -> PolicyScript.load("empty", "return 0"))
        .hasMessageContaining("slurm_job_submit");
    String failing = text.replace("local verdict = { said = {} }", "local verdict = nil");
    assertThatThrownBy(
            () -> PolicyScript.load("failing", failing).judge(new JobRequest(Map.of()), USER))
        .hasMessageContaining(
            "run-time error 1 since it was loaded, jobs are accepted as they are");
  }

  @Test
  void whatBecomesOfJobsWhenItFailsIsTheSitesChoice() throws PolicyScriptException {
    PolicyOptions strict =
        new PolicyOptions(
            Answer.REFUSE, Answer.REFUSE, Answer.REFUSE, true, Optional.of(Language.ENGLISH));
    String failing =
        LuaRenderer.render(table(strict), Form.SCRIPT, "0.1.0")
            .replace("local verdict = { said = {} }", "local verdict = nil");
    PolicyScript script = PolicyScript.load("failing", failing);
    for (int count = 1; count <= 2; count++) {
      String logged = "run-time error " + count + " since it was loaded, jobs are refused";
      assertThatThrownBy(() -> script.judge(new JobRequest(Map.of()), USER))
          .hasMessageContaining(logged);
    }
  }

  @Test
  void noFilesAreWithinReach() {
    for (String name : List.of("io", "os", "dofile", "require", "luajava")) {
      assertThatThrownBy(() -> PolicyScript.load("x", "return " + name + ".open('/etc/passwd')"))
          .isInstanceOf(PolicyScriptException.class);
    }
  }
}
