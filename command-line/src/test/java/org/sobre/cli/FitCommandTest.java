package org.sobre.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.sobre.hardware.message.Language;
import org.sobre.hardware.probe.ToolResult.Ending;

/** What {@code sobre fit} tries, cluster or machine, and what it says of wrong words. */
class FitCommandTest extends FitOnALoginNode {

  /** In 80 columns; a lone option to paste may be longer, a table or a sentence never. */
  @ParameterizedTest
  @EnumSource(Language.class)
  void theClusterInATable(Language spoken) throws IOException {
    spoken.speak();
    listed = Files.readString(SINFO.resolve("sinfo-busy.txt"));
    assertThat(fit("sd21-finetune", "--allow-reduced")).isEqualTo(ExitCode.DONE);
    assertMatches("fit-cluster." + spoken.name().toLowerCase(Locale.ROOT) + ".txt", out.toString());
    assertThat(out.toString().lines())
        .filteredOn(line -> !line.contains("--gres"))
        .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
    assertThat(err.toString()).isEmpty();
    assertThat(environments).containsExactly(Map.of("SLURM_CONF_SERVER", "ctl:6817"));
  }

  @Test
  void theClusterForScripts() throws IOException {
    assertThat(fit("sd21-finetune", "bert-base-cpu-infer", "--cluster", "--format=json")).isZero();
    assertMatches("fit-cluster.json", out.toString());
  }

  @Test
  void theL4AmongUnlikeCardsIsAskedForByItsTypeAndAK80IsUnsupported() {
    assertThat(fit("sd21-finetune", "--cluster", "--gpu", "l4")).isZero();
    assertThat(out.toString()).contains("--gres=gpu:nvidia_l4:1 --constraint=vram_has_24g\n");
    assertThat(fit("sd21-infer", "--cluster", "--gpu", "tesla_k80"))
        .isEqualTo(ExitCode.UNAVAILABLE);
    assertThat(out.toString().replaceAll("\\s+", " "))
        .contains("unsupported")
        .contains("it needs compute capability 6.0 or newer, and this one has 3.7");
  }

  @Test
  void severalCardsShareTheEffectiveBatchAndMustStandInOneNode() {
    assertThat(fit("sd21-finetune", "--cluster", "--gpus", "2")).isZero();
    assertThat(out.toString())
        .contains("--gres=gpu:nvidia_geforce_rtx_4090:2 --constraint=vram_ge_24g\n")
        .contains("no node has 2 of them, 1 at the most")
        .containsPattern("nvidia_geforce_rtx_4090 +24 GB +2/2 +fits, tight +1 +64\n");
    assertThat(fit("sd21-finetune", "--vram=96GB", "--effective-batch=64")).isZero();
    assertThat(out.toString()).containsPattern("fits +64 +1\n");
  }

  @Test
  void aConfigurationThatWasNamedIsReadWhateverIsAsked() throws IOException {
    String[] missing = {"--config=/no/such.yaml", "fit", "sd21-infer", "--vram=24GB"};
    assertThat(Main.run(line(), missing)).isEqualTo(ExitCode.INPUT_OUTPUT);
    assertThat(err.toString()).contains("/no/such.yaml");
    write("sobre.yaml", "schema: sobre/1\nclutser: cbp\n");
    assertThat(fit("sd21-infer", "--vram=24GB")).isEqualTo(ExitCode.BAD_CONFIGURATION);
    assertThat(err.toString()).contains("clutser");
  }

  @Test
  void withoutProfilesAllOfThemInShort() {
    assertThat(fit("--cluster")).isZero();
    assertThat(out.toString())
        .contains("sd21-infer: infer", "sd21-finetune: finetune, effective batch 128")
        .doesNotContain("--gres");
  }

  @Test
  void aStationTriesItsOwnCards() {
    sinfo = Ending.NOT_FOUND;
    nvidia = ONE_CARD;
    assertThat(fit("sd21-finetune")).isZero();
    assertThat(out.toString())
        .containsPattern("0 NVIDIA GeForce RTX 4090 +25.8 GB +25.3 GB +fits, tight +1 +128\n")
        .doesNotContain("--gres");
    assertThat(err.toString()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "TIMED_OUT, Slurm did not answer within 3 s",
    "EXITED, 'sinfo failed: no controller'"
  })
  void aSilentSlurmIsSaidAndThisMachineTriedInstead(Ending ending, String why) {
    sinfo = ending;
    sinfoStatus = 1;
    listed = "no controller\n";
    nvidia = ONE_CARD;
    assertThat(fit("sd21-infer")).isZero();
    assertThat(err.toString()).contains(why + ": tried on the cards of this machine instead");
    assertThat(fit("sd21-infer", "--cluster")).isEqualTo(ExitCode.UNAVAILABLE);
    assertThat(err.toString()).isEqualTo("sobre: --cluster: " + why + "\n");
  }

  @Test
  void whereNothingCanBeTriedThatIsSaid() {
    sinfo = Ending.NOT_FOUND;
    assertThat(fit("sd21-infer")).isEqualTo(ExitCode.UNAVAILABLE);
    assertThat(err.toString())
        .contains("there is no Slurm here", "this machine has no GPU", "--vram 24GB");
  }

  @Test
  void cardsOfWhichNobodyKnowsTheMemoryAreNamedAndLeftOut() {
    listed = "n1|idle|fat|up|gpu:warp:1,gpu:tesla_t4:1|gpu:warp:0|(null)|\n";
    assertThat(fit("sd21-infer", "--cluster")).isZero();
    assertThat(err.toString()).startsWith("sobre: gpu:warp is left out: ");
    assertThat(out.toString()).contains("    --partition=fat --gres=gpu:tesla_t4:1\n");
    listed = "n1|idle|fat|up|(null)|gpu:0|(null)|\n";
    assertThat(fit("sd21-infer", "--cluster")).isEqualTo(ExitCode.UNAVAILABLE);
    assertThat(err.toString()).contains("Slurm has no GPU");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--vram 24XB|--vram: expected sizes as 24GB",
        "--vram 0GB|--vram: expected sizes",
        "--vram 99999GB|--vram: expected sizes",
        "--vram 24GB --gpus 0|--gpus: expected a number from 1 to 1024, found 0",
        "--vram 24GB --effective-batch 0|--effective-batch: expected a number",
        "sd21-infr --vram 24GB|did you mean \"sd21-infer\"?",
        "--parameters 8X --tokens 1 --vram 8GB|--parameters: expected a number of parameters",
        "--parameters 11T --tokens 1 --vram 8GB|--parameters: expected a number of parameters",
        "--parameters 8G --vram 8GB|expected one of --tokens",
        "--parameters 8G --tokens 1 --resolution 9 --vram 8GB|expected one of --tokens",
        "--parameters 8G --tokens 0 --vram 8GB|--tokens: expected a number from 1",
        "--parameters 8G --tokens 1 --precision half --vram 8GB|--precision: expected one of fp32",
        "--parameters 8G --tokens 1 --adapter lora --vram 8GB|--task finetune",
        "--parameters 8G --tokens 1 --task finetune --rank 8 --vram 8GB|--rank: is of adapters",
        "--parameters 8G --tokens 1 --trained 9G --vram 8GB|--trained: expected no more",
        "--tokens 1 --vram 8GB|--parameters"
      })
  void wrongUsageIsTwo(String typed, String message) {
    assertThat(fit(typed.split(" ", -1))).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains(message);
  }

  @Test
  void oneWrongProfileIsToldAndHidesNoOther() throws IOException {
    Path share = Files.createDirectories(root.resolve("share/profiles"));
    Files.copy(Path.of("../conf/profiles/sd21-infer.yaml"), share.resolve("sd21-infer.yaml"));
    Files.writeString(share.resolve("wrong.yaml"), "schema: sobre-profile/1\nname: wrong\n");
    System.setProperty(SHARE, root.resolve("share").toString());
    assertThat(fit("--vram", "24GB")).isEqualTo(ExitCode.BAD_CONFIGURATION);
    assertThat(out.toString()).contains("sd21-infer: infer");
    assertThat(err.toString()).contains("wrong.yaml");
  }
}
