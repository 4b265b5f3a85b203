package org.sobre.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code sobre fit} for models that nobody has run, by their parameters. */
class FitPriorTest extends FitOnALoginNode {

  /** As the wrapper does: no more than half of the memory is computed to be taken. */
  @Test
  void aModelThatNobodyRanIsToldTheBatchThatItBeginsWith() {
    fit("mistral-7b-infer", "--vram", "80GB", "--format=json");
    assertThat(out.toString()).contains("up to ", "half of the memory is used at first");
  }

  /** With grouped heads a cache is a fraction of what is taken where nobody says. */
  @Test
  void whatWasTakenForWhatNobodySaidIsSaid() {
    fit("--parameters=8.03G", "--tokens=4096", "--vram=24GB,8GB");
    assertThat(words())
        .contains(
            "; assumed, since not told: 34 layers (--layers), width 4352 (--hidden), 34 heads of"
                + " keys and values, as many as of queries (--kv-heads), heads of width 128"
                + " (--head-dim), 128000 tokens (--vocabulary)")
        .matches(".*assumed.*assumed.*");
    fit(
        "--parameters=8.03G",
        "--tokens=4096",
        "--layers=32",
        "--hidden=4096",
        "--kv-heads=8",
        "--head-dim=128",
        "--vram=24GB");
    assertThat(words()).contains("assumed, since not told: 128000 tokens").doesNotContain("(--kv");
    fit("--parameters=860M", "--resolution=512", "--vram=24GB");
    assertThat(words()).doesNotContain("assumed");
  }

  @Test
  void aModelWithoutAProfileIsKeptAsOne() {
    Path file = root.resolve("mine.yaml");
    String[] model = {
      "--parameters=7.7G",
      "--task=finetune",
      "--adapter=qlora",
      "--rank=16",
      "--optimizer=adamw8bit",
      "--precision=bf16",
      "--tokens=1024",
      "--kv-heads=8",
      "--checkpointing",
      "--effective-batch=64",
      "--vram=24GB",
      "--format=json",
      "--write-profile=" + file
    };
    assertThat(fit(model)).isZero();
    assertThat(err.toString())
        .isEqualTo("sobre: wrote " + file + ": sobre finetune --profile " + file + " -- COMMAND\n");
    String told = figures();
    assertThat(file).content().startsWith("# assumed: ").contains("parametersM: 7700, kvHeads: 8");
    assertThat(fit(file.toString(), "--vram=24GB", "--format=json")).isZero();
    assertThat(figures()).isEqualTo(told).contains("\"batchSize\"", "\"effectiveBatch\" : 64");
    assertThat(fit(model)).as("it is there").isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains("nothing is written over it");
    assertThat(fit("--parameters=7G", "--tokens=9", "--vram=24GB", "--write-profile=mine"))
        .isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains("expected NAME.yaml");
  }

  @ParameterizedTest
  @CsvSource({
    "--parameters=860M --resolution=512 --precision=fp32",
    "--parameters=8.03G --tokens=4096 --precision=int8 --layers=32 --hidden=4096",
    "--parameters=8.03G --tokens=4096 --kv-cache=int8 --attention=none --vocabulary=32000",
    "--parameters=1.1G --trained=860M --resolution=512 --task=finetune --ema --optimizer=sgd"
  })
  void whatIsKeptIsWhatWasTold(String model) {
    Path file = root.resolve("m.yaml");
    List<String> words = new ArrayList<>(List.of(model.split(" ", -1)));
    words.addAll(List.of("--vram=48GB", "--format=json", "--write-profile=" + file));
    fit(words.toArray(String[]::new));
    String told = figures();
    fit(file.toString(), "--vram=48GB", "--format=json");
    assertThat(figures()).isEqualTo(told).contains("verdict");
  }

  /** All but the names, and what was assumed. */
  private String figures() {
    return out.toString().replaceAll("(?m)^ *\"(profile|reason)\".*\n", "");
  }

  /** No profile, only the model's size; published: QwenLM/Qwen's README, 12.3 GiB. */
  @Test
  void aModelWithoutAProfile() {
    assertThat(
            fit(
                "--parameters=7.7G",
                "--task=finetune",
                "--adapter=qlora",
                "--precision=bf16",
                "--tokens=1024",
                "--checkpointing",
                "--vram=8GB,24GB,40GB"))
        .isZero();
    assertThat(out.toString())
        .startsWith("7.7G: finetune, from ")
        .containsPattern("any card +8 GB +- +does not fit")
        .containsPattern("any card +40 GB +- +fits")
        .contains("(prior)");
    assertThat(fit("--parameters=8B", "--precision=int8", "--tokens=2048", "--vram=16GB")).isZero();
    assertThat(fit("--parameters=8B", "--precision=fp16", "--tokens=2048", "--vram=16GB"))
        .isEqualTo(ExitCode.UNAVAILABLE);
  }
}
