package org.sobre.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sobre.hardware.probe.ToolResult.Ending;

/** {@code sobre fit} for sizes and models of cards that are named: what they give, how to ask. */
class FitSizesTest extends FitOnALoginNode {

  @Test
  void sizesForScripts() throws IOException {
    assertThat(
            fit(
                "sd21-finetune",
                "--vram",
                "15,16GB,96GB,24564MiB",
                "--allow-reduced",
                "--format",
                "json"))
        .isZero();
    assertMatches("fit-sizes.json", out.toString());
  }

  /** What is pasted means what was meant: the shell gets one word an option. */
  @Test
  void whatIsPastedIsOneWordAnOption() throws IOException, InterruptedException {
    assertThat(fit("sd21-finetune", "--vram", "24GB")).isZero();
    String options =
        out.toString().lines().filter(line -> line.contains("--gres")).findFirst().orElseThrow();
    assertThat(options).contains("--constraint='vram_ge_24g&(");
    Process shell = new ProcessBuilder("sh", "-c", "printf '[%s]' " + options.strip()).start();
    assertThat(new String(shell.getInputStream().readAllBytes(), UTF_8))
        .isEqualTo("[--gres=gpu:1][--constraint=vram_ge_24g&(gpu_cc_ge_6_0|gpu_vendor_amd)]");
    assertThat(shell.waitFor()).isZero();
  }

  /** The site's own bench: docs/batch-planning.md. */
  @ParameterizedTest
  @CsvSource({
    "sd21-finetune, 24GB, '', fits, 1",
    "sd21-finetune, 96GB, '', fits, 128",
    "sd21-finetune, 16GB, '', does-not-fit, ",
    "sd21-finetune, 16GB, --allow-reduced, fits-reduced, 1",
    "sd21-finetune, 15GB, --allow-reduced, does-not-fit, ",
    "sd35-medium-infer, 20GB, '', does-not-fit, ",
    "sd35-medium-infer, 24GB, '', fits, 1"
  })
  void theSitesOwnFacts(String profile, String size, String option, String verdict, String batch) {
    List<String> words = new ArrayList<>(List.of(profile, "--vram", size, "--format=json"));
    if (!option.isEmpty()) {
      words.add(option);
    }
    int status = fit(words.toArray(String[]::new));
    assertThat(out.toString()).contains("\"verdict\" : \"" + verdict + "\"");
    assertThat(status == ExitCode.DONE).isEqualTo(verdict.startsWith("fits"));
    if (batch != null) {
      assertThat(out.toString()).contains("\"batchSize\" : " + batch + ",");
    }
  }

  @Test
  void aRefusalNamesTheSmallestClassThatWouldDo() {
    assertThat(fit("sd21-finetune", "--vram", "16GB")).isEqualTo(ExitCode.UNAVAILABLE);
    assertThat(out.toString())
        .startsWith(
            "sd21-finetune: finetune, effective batch 128, from 24 GB, reduced from 16 GB\n")
        .contains("instead: --gres=gpu:1 --constraint='vram_ge_24g&(gpu_cc_ge_6_0|gpu_vendor_amd)'")
        .contains("with --allow-reduced");
  }

  @Test
  void aModelOfTheCatalogueAndItsTypeAreTheSameCard() {
    assertThat(fit("sd21-infer", "--gpu", "nvidia_geforce_rtx_4090", "--format", "json")).isZero();
    String byType = out.toString();
    assertThat(fit("sd21-infer", "--gpu", "RTX 4090", "--format", "json")).isZero();
    assertThat(out.toString()).isEqualTo(byType).contains("\"gpu\" : \"GeForce RTX 4090\"");
    assertThat(fit("sd21-infer", "--gpu", "RTX 4091")).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains("did you mean \"RTX 409");
  }

  /** A card of 40 GB has a total of 41.9: the next rung above it would leave it out. */
  @Test
  void aModelIsAskedForByTheSizeThatItHas() {
    assertThat(fit("sd21-infer", "--gpu", "A100-PCIE-40GB")).isZero();
    assertThat(out.toString()).contains("NVIDIA A100-PCIE-40GB", "vram_ge_40g");
    assertThat(fit("sd21-finetune", "--vram", "24564MiB")).isZero();
    assertThat(out.toString()).contains("vram_ge_24g");
  }

  @Test
  void aModelForProcessorsAsksForMainMemory() {
    assertThat(fit("bert-base-cpu-infer", "--vram", "24GB")).isZero();
    assertThat(out.toString())
        .contains("main memory", "    --mem=")
        .doesNotContain("--gres", "any card");
    assertThat(err.toString())
        .isEqualTo(
            "sobre: bert-base-cpu-infer: runs on processors, and no card is tried; told is the"
                + " main memory that it needs\n");
    assertThat(fit("bert-base-cpu-infer", "sd21-infer", "--vram", "24GB")).isZero();
    assertThat(err.toString())
        .contains("bert-base-cpu-infer: runs on processors")
        .doesNotContain("sd21");
    sinfo = Ending.NOT_FOUND;
    assertThat(fit("bert-base-cpu-infer")).isZero();
    assertThat(out.toString()).contains("main memory", "    --mem=");
  }

  /** Who asks for a large card is told which would do. */
  @Test
  void aLargerCardThatBringsNoLargerBatchIsSaid() {
    assertThat(fit("sd21-infer", "--vram", "80GB")).isZero();
    assertThat(words()).contains("; a card of 6 GB runs the same batch");
    assertThat(fit("sd21-infer", "--gpu", "A100-PCIE-40GB")).isZero();
    assertThat(words()).contains("; a card of 6 GB runs the same batch");
    assertThat(fit("sd21-finetune", "--vram", "24GB,96GB,140GB")).isZero();
    assertThat(words().split("runs the same batch", -1)).as("96 GB: of 140").hasSize(2);
    assertThat(words()).contains("; a card of 128 GB runs the same batch");
  }

  /** An H200's 141 GB and a size between two rungs: the rung above would leave the card out. */
  @Test
  void aSizeBetweenTwoRungsIsAskedForByTheOneThatItHas() {
    assertThat(fit("sd21-infer", "--vram", "141GB,22GB")).isZero();
    assertThat(out.toString())
        .contains("vram_ge_140g", "vram_ge_20g")
        .doesNotContain("vram_ge_192g", "vram_ge_24g");
  }
}
