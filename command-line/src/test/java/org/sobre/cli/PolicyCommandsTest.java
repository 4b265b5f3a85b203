package org.sobre.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sobre.cli.policy.PolicyScript;
import org.sobre.hardware.gpu.GpuVendor;
import org.sobre.hardware.message.Language;
import org.sobre.jobs.plan.Advice;
import org.sobre.jobs.plan.BatchPlanner;
import org.sobre.jobs.profile.ModelProfile;
import org.sobre.jobs.profile.Processor;
import org.sobre.jobs.profile.ProfileReader;
import org.sobre.jobs.profile.Version;
import org.sobre.slurm.gres.FeatureLadder;
import org.sobre.slurm.policy.JobRequest;
import org.sobre.slurm.policy.LuaRenderer;
import org.sobre.slurm.policy.LuaRenderer.Form;
import org.sobre.slurm.policy.PolicyOptions;
import org.sobre.slurm.policy.PolicyTable;
import org.sobre.slurm.policy.PolicyTable.NodeKind;
import org.sobre.slurm.policy.SubmissionParser;
import org.sobre.slurm.policy.Verdict;

/** {@code sobre policy}, over the documents of two nodes. */
class PolicyCommandsTest {

  @TempDir private Path directory;
  private SmallFleet fleet;
  private Path script;

  @BeforeEach
  void twoNodes() throws IOException {
    fleet = new SmallFleet(directory);
    script = directory.resolve("job_submit.lua");
    node("gpu1", "nvidia_l4", 23034, "\"vram_ge_24g\",\"vram_has_24g\",\"gpu_vendor_nvidia\"");
    node("old1", "tesla_k80", 11441, "\"vram_ge_12g\",\"vram_has_12g\",\"gpu_vendor_nvidia\"");
  }

  private void node(String name, String type, int mebibytes, String features) throws IOException {
    String document =
        SmallFleet.document(name, type)
            .replace("\"features\":[]", "\"features\":[" + features + "]")
            .replace("\"state\":\"ok\"", "\"state\":\"ok\",\"memoryTotalMiB\":" + mebibytes);
    Files.writeString(
        Files.createDirectories(fleet.ledger.resolve(name)).resolve("node.json"), document);
  }

  /** To sbatch it is one. */
  @Test
  void aBatchScriptInAnotherEncodingIsExplained() throws IOException {
    Path script = fleet.ledger.resolve("latin.sbatch");
    Files.writeString(
        script, "#!/bin/sh\n#SBATCH --gres=gpu:1\n# été\n", StandardCharsets.ISO_8859_1);
    assertThat(policy("explain", script.toString())).isZero();
  }

  private int policy(String command, String... options) {
    List<String> words = new ArrayList<>(List.of("policy", command));
    words.addAll(List.of("--fleet", fleet.ledger.toString()));
    words.addAll(List.of(options));
    return fleet.command(words.toArray(String[]::new));
  }

  @Test
  void compiledTwiceItIsTheSameAndCheckedAsSuch() throws IOException {
    assertThat(policy("check", script.toString())).isEqualTo(ExitCode.BAD_CONFIGURATION);
    assertThat(fleet.err.toString()).contains("is not there");
    assertThat(policy("compile", "--output", script.toString())).isZero();
    assertThat(fleet.out.toString()).contains("2 types of GPU out of 2 nodes");
    String text = Files.readString(script);
    assertThat(policy("check", script.toString())).isZero();
    assertThat(policy("compile", "--output", script.toString())).isZero();
    assertThat(fleet.out.toString()).contains("is up to date");
    assertThat(policy("compile")).isZero();
    assertThat(fleet.out.toString()).isEqualTo(text);

    fleet.node("new1", "nvidia_h100");
    assertThat(policy("check", script.toString())).isEqualTo(ExitCode.BAD_CONFIGURATION);
    assertThat(fleet.err.toString()).contains("is not what would be written now");
    assertThat(policy("check", "--leave-out", "new1", script.toString())).isZero();
  }

  @Test
  void aSitesOwnScriptIsLeftAloneAndHasAModule() throws IOException {
    Files.writeString(script, "-- ours\n");
    assertThat(policy("compile", "--output", script.toString())).isEqualTo(ExitCode.BAD_DATA);
    assertThat(Files.readString(script)).isEqualTo("-- ours\n");
    assertThat(policy("check", script.toString())).isEqualTo(ExitCode.BAD_CONFIGURATION);
    Path module = directory.resolve("sobre_policy.lua");
    assertThat(policy("compile", "--module", module.toString())).isZero();
    assertThat(fleet.out.toString()).contains("touch");
    assertThat(Files.readString(module)).endsWith("return sobre\n");
    assertThat(policy("explain", "--compiled", module.toString(), "--", "--gres=shard:9")).isZero();
    assertThat(
            policy(
                "explain",
                "--compiled",
                module.toString(),
                "--",
                "--gres=gpu:1",
                "--comment=sobre:vram=999G"))
        .isEqualTo(ExitCode.UNAVAILABLE);
  }

  @Test
  void noTableIsMadeOfWhatCannotBeUsed() throws IOException {
    Files.writeString(fleet.ledger.resolve("old1/node.json"), "{");
    assertThat(policy("compile", "--output", script.toString())).isEqualTo(ExitCode.BAD_DATA);
    assertThat(fleet.err.toString()).contains("old1", "--leave-out");
    assertThat(script).doesNotExist();
    assertThat(policy("compile", "--leave-out", "old1,gpu1")).isEqualTo(ExitCode.BAD_DATA);
    assertThat(fleet.err.toString()).contains("documents of nodes with GPUs");
    assertThat(policy("compile", "--leave-out", "[")).isEqualTo(ExitCode.USAGE);
  }

  /** Root compiles in French, cron checks in C. */
  @Test
  void theScriptIsTheSameInEverybodysLanguage() throws IOException {
    assertThat(policy("compile", "--output", script.toString())).isZero();
    Locale before = Locale.getDefault(Locale.Category.DISPLAY);
    Language.FRENCH.speak();
    try {
      assertThat(policy("check", script.toString())).isZero();
    } finally {
      Locale.setDefault(Locale.Category.DISPLAY, before);
    }
    PolicyOptions french = PolicyOptions.DEFAULT.in(Optional.of(Language.FRENCH));
    assertThat(french.language()).contains(Language.FRENCH);
    assertThat(french.in(Optional.of(Language.ENGLISH))).isEqualTo(french);
  }

  @Test
  void aNodeWithoutADocumentIsTold() throws IOException {
    Files.createDirectories(fleet.ledger.resolve("gone1"));
    assertThat(policy("compile", "--output", script.toString())).isZero();
    assertThat(fleet.err.toString()).contains("no document of gone1");
  }

  @Test
  void ofTwoOptionsOfOneFieldBothAreExplained() {
    assertThat(
            SubmissionParser.parse(
                "#SBATCH --gres=shard:1 --gpus-per-node=2", List.of("--gres", "shard:3")))
        .containsExactly(new JobRequest(Map.of("tres_per_node", "gres:gpu:2,gres:shard:3")));
  }

  @Test
  void profilesNeedWhatTheWrapperAsksFor() throws Exception {
    for (Path file : shipped()) {
      ModelProfile profile = ProfileReader.read(file);
      assertThat(PolicySources.need(profile).onGpu())
          .as("%s", file)
          .isEqualTo(profile.device() == Processor.GPU);
    }
    String text = Files.readString(Path.of("../conf/profiles/mistral-7b-lora.yaml"));
    Path site = directory.resolve("mistral-7b-lora.yaml");
    Files.writeString(site, text.replace("minComputeCapability: \"8.0\", ", ""));
    assertThat(PolicySources.need(ProfileReader.read(site)).whole().orElseThrow().capability())
        .contains("8.0");
  }

  @Test
  void policyYamlIsReadStrictly() throws IOException {
    Path yaml = directory.resolve("policy.yaml");
    Files.writeString(yaml, "schema: sobre-policy/1\nonErr: refuse\nunknownCard: perhaps\n");
    assertThat(policy("compile", "--policy", yaml.toString()))
        .isEqualTo(ExitCode.BAD_CONFIGURATION);
    assertThat(fleet.err.toString()).contains("onErr", "onError", ":3:").contains("accept, refuse");
    Files.writeString(yaml, "schema: sobre-policy/1\nunknownCard: accept\nlanguage: fr\n");
    assertThat(policy("explain", "--policy", yaml.toString(), "--", "--gres=gpu:h100:1")).isZero();
    assertThat(fleet.out.toString()).contains("aucun nœud n'a gpu:h100");
  }

  @Test
  void aBatchScriptIsExplainedWithWhatIsTypedBesides() throws IOException {
    Path job = directory.resolve("train.sbatch");
    Files.writeString(
        job,
        """
        #!/bin/bash
        #SBATCH --job-name=x --gres=gpu:1   # a card
        #SBATCH --comment="sobre:vram=21G fig. 3"

        srun train
        #SBATCH --gres=gpu:nosuch:1
        """);
    assertThat(policy("explain", job.toString())).isZero();
    assertThat(fleet.out.toString())
        .contains("accepted", "--constraint=vram_ge_24g", "sobre: sobre:vram=21G needs");
    assertThat(policy("explain", job.toString(), "-C", "a", "--gres", "gpu:nvidia_l4:1")).isZero();
    assertThat(fleet.out.toString()).contains("--constraint=a&vram_ge_24g");
    assertThat(policy("explain", job.toString(), "--gres=gpu:tesla_k80:1"))
        .isEqualTo(ExitCode.UNAVAILABLE);
    assertThat(fleet.out.toString())
        .contains("refused", "tesla_k80 has 12 GB; these would do: nvidia_l4 (24 GB)");
    assertThat(policy("explain", job.toString(), "--gres=none", "--comment=")).isZero();
    assertThat(fleet.out.toString()).contains("as it is");
    assertThat(policy("explain", directory.resolve("absent").toString()))
        .isEqualTo(ExitCode.INPUT_OUTPUT);
  }

  /** Users need not read the share. */
  @Test
  void whoCannotReadTheDocumentsIsToldOfACopyOfTheScript() throws IOException {
    assertThat(policy("compile", "--output", script.toString())).isZero();
    Path nowhere = directory.resolve("nowhere");
    Path job =
        Files.writeString(directory.resolve("j"), "#SBATCH --gpus=1 --comment=sobre:vram=24");
    fleet.ledger.toFile().renameTo(nowhere.toFile());
    assertThat(policy("explain", job.toString())).isEqualTo(ExitCode.INPUT_OUTPUT);
    assertThat(fleet.err.toString())
        .contains(fleet.ledger.toString(), "a copy of the controller's script", "--compiled FILE");
    assertThat(policy("explain", "--compiled", script.toString(), job.toString())).isZero();
    assertThat(fleet.out.toString()).contains("--constraint=vram_ge_24g");
  }

  /** Where a card of each vendor would do, so that no word is left out. */
  @Test
  void theScriptWritesWhatThePlannerAdvises() throws Exception {
    GpuVendor[] vendors = GpuVendor.values();
    List<NodeKind> nodes =
        Stream.of(vendors)
            .map(
                vendor ->
                    new NodeKind(
                        192,
                        192,
                        Set.of(vendor),
                        Optional.of("12.0").filter(newest -> vendor == GpuVendor.NVIDIA),
                        Set.of("type_" + vendor.jsonName())))
            .toList();
    List<Version> capabilities =
        FeatureLadder.computeCapabilities().stream()
            .flatMap(rung -> Version.parse(rung).stream())
            .toList();
    BatchPlanner planner = new BatchPlanner(FeatureLadder.GIGABYTES, capabilities, Advice.SLURM);
    int compared = 0;
    for (Path file : shipped()) {
      ModelProfile profile = ProfileReader.read(file);
      OptionalInt size = planner.smallestClass(profile, false);
      if (profile.device() == Processor.GPU && size.isPresent()) {
        PolicyTable table =
            PolicyTable.of(
                Map.of(), nodes, Map.of("p", PolicySources.need(profile)), PolicyOptions.DEFAULT);
        Verdict verdict =
            PolicyScript.load("x", LuaRenderer.render(table, Form.SCRIPT, "0.1.0"))
                .judge(
                    new JobRequest(
                        Map.of("tres_per_node", "gres:gpu:1", "comment", "sobre:profile=p")),
                    1000);
        assertThat(((Verdict.Accepted) verdict).rewritten())
            .as("%s", file)
            .containsEntry("features", planner.constraint(profile, size.getAsInt(), false));
        compared++;
      }
    }
    assertThat(compared).isGreaterThan(10);
  }

  private static List<Path> shipped() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("../conf/profiles"))) {
      return files.sorted().toList();
    }
  }

  @Test
  void eachComponentOfAHeterogeneousJobIsJudged() throws IOException {
    Path job = directory.resolve("het.sbatch");
    Files.writeString(
        job,
        """
        #!/bin/sh
        #SBATCH --gres=gpu:1
        #SBATCH hetjob
        #SBATCH --gres=gpu:tesla_k80:1 --comment=sobre:vram=24G
        true
        """);
    assertThat(policy("explain", job.toString())).isEqualTo(ExitCode.UNAVAILABLE);
    assertThat(fleet.out.toString())
        .contains("component 0:", "accepted", "component 1:", "refused");
  }
}
