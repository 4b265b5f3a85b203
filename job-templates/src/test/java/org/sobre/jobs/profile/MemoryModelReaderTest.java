package org.sobre.jobs.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sobre.hardware.config.ConfigurationException;
import org.sobre.hardware.units.MemorySize;
import org.sobre.jobs.profile.MemoryModel.Basis;
import org.sobre.jobs.profile.MemoryModel.Failure;
import org.sobre.jobs.profile.MemoryModel.Linear;
import org.sobre.jobs.profile.MemoryModel.Origin;
import org.sobre.jobs.profile.MemoryModel.Point;
import org.sobre.jobs.profile.MemoryModel.Points;

/** The keys of {@code memory:}. */
class MemoryModelReaderTest {

  private static final String MODEL =
      "parametersM: 8030, layers: 32, hidden: 4096, vocabulary: 128256, kvHeads: 8, headDim: 128";

  @Test
  void aLineSaysHowFarItWasSeenAndWhatIsTakenBeside() throws ConfigurationException {
    assertThat(
            read(
                "infer",
                "{basis: published, source: s, fixedMiB: 2460, perItemMiB: 902, measuredTo: 1, contextMiB: 512}"))
        .isEqualTo(
            new Linear(
                Basis.PUBLISHED,
                "s",
                MemorySize.ofMebibytes(2460),
                MemorySize.ofMebibytes(902),
                new MemorySize(0),
                OptionalInt.of(1),
                MemorySize.ofMebibytes(512),
                List.of()));
  }

  @Test
  void aPointMayComeFromElsewhereAndABatchMayHaveFailed() throws ConfigurationException {
    MemoryModel model =
        read(
            "infer",
            "{basis: measured, source: s, points: [{batch: 1, vramMiB: 10},"
                + " {batch: 2, vramMiB: 20, basis: published, source: t},"
                + " {batch: 4, vramMiB: 30, source: u}],"
                + " failures: [{batch: 8, vramGB: 32, source: an issue}]}");
    assertThat(((Points) model).points().stream().map(Point::origin).toList())
        .containsExactly(
            Optional.empty(),
            Optional.of(new Origin(Basis.PUBLISHED, "t")),
            Optional.of(new Origin(Basis.MEASURED, "u")));
    assertThat(model.failures()).containsExactly(Failure.onCard(8, 32, "an issue"));
    assertThat(model.failures().get(0).total()).isEqualTo(MemorySize.ofMebibytes(32 * 1024));
  }

  /** 16.06 GB of weights and the workspace; 128 KiB of keys and values a token, twice. */
  @Test
  void aModelBecomesTheLineThatIsComputedFromIt() throws ConfigurationException {
    Linear line =
        (Linear)
            read(
                "infer",
                "{basis: prior, source: s, model: {" + MODEL + ", precision: fp16, tokens: 4096}}");
    assertThat(line.basis()).isEqualTo(Basis.PRIOR);
    assertThat(line.fixed().mebibytes()).isEqualTo(15_316 + 256);
    assertThat(line.perItem().mebibytes()).isEqualTo(2 * 512 + 431);
    assertThat(line.doubt().orElseThrow())
        .returns(15_316L, doubt -> doubt.counted().mebibytes())
        .returns(3, MemoryModel.Doubt::countedPercent)
        .returns(20, MemoryModel.Doubt::restPercent);
    assertThat(line.context()).isEqualTo(MemorySize.ofMebibytes(512));
    assertThat(line.measuredTo()).isEmpty();
  }

  @Test
  void qloraHoldsTheWeightsInFourBitsUnlessToldOtherwise() throws ConfigurationException {
    String trained = ", precision: bf16, tokens: 1024, checkpointing: true, rank: 16, adapter: ";
    long lora = fixed(MODEL + trained + "lora");
    long qlora = fixed(MODEL + trained + "qlora");
    assertThat(lora - qlora).isBetween(9_000L, 10_500L);
    assertThat(fixed(MODEL + trained + "qlora, weights: fp16")).isEqualTo(lora);
    assertThat(fixed(MODEL + trained.replace("rank", "adapterM") + "lora")).isLessThan(lora);
    assertThat(fixed(MODEL + trained + "lora, deepspeed: true")).isEqualTo(lora + 2827 - 256);
  }

  private static long fixed(String model) throws ConfigurationException {
    return ((Linear) read("finetune", "{basis: prior, source: s, model: {" + model + "}}"))
        .fixed()
        .mebibytes();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "infer | {basis: published, source: s, model: {parametersM: 1, precision: fp16, tokens: 1}} | basis: what is computed from a model is a prior",
        "infer | {basis: prior, source: s, model: {precision: fp16, tokens: 1}} | parametersM: this key is required",
        "infer | {basis: prior, source: s, model: {parametersM: 1, tokens: 1}} | precision: this key is required and missing: expected fp32, fp16",
        "infer | {basis: prior, source: s, model: {parametersM: 1, precision: fp16}} | expected either tokens",
        "infer | {basis: prior, source: s, model: {parametersM: 1, precision: fp16, tokens: 1, resolution: 512}} | expected either tokens",
        "infer | {basis: prior, source: s, model: {parametersM: 1, precision: fp16, tokens: 1, optimizer: sgd}} | optimizer: nothing is trained with task: infer",
        "finetune | {basis: prior, source: s, model: {parametersM: 1, precision: fp16, tokens: 1, rank: 4}} | rank: only with adapter: lora",
        "finetune | {basis: prior, source: s, model: {parametersM: 1, trainedM: 2, precision: fp16, tokens: 1}} | trainedM: expected no more than parametersM",
        "finetune | {basis: prior, source: s, model: {parametersM: 1, precision: fp61, tokens: 1}} | expected one of fp32, fp16, bf16, bf16-pure",
        "finetune | {basis: prior, source: s, model: {parametersM: 1, precision: fp16, tokens: 1, layer: 4}} | did you mean \"layers\"",
        "infer | {basis: prior, source: s, model: {parametersM: 1, precision: fp16, tokens: 1}, fixedMiB: 1, perItemMiB: 1} | expected one of: points",
        "infer | {basis: published, source: s, points: [{batch: 1, vramGB: 4}], measuredTo: 2} | measuredTo: it says",
        "infer | {basis: prior, source: s, fixedMiB: 1, perItemMiB: 1, measuredTo: 2} | measuredTo: it says",
        "infer | {basis: published, source: s, points: [{batch: 1, vramGB: 4, basis: measured}]} | no number without its source",
        "infer | {basis: published, source: s, points: [{batch: 1, vramGB: 4}], failures: [{batch: 1, vramGB: 2}]} | no number without its source",
        "infer | {basis: published, source: s, points: [{batch: 1, vramGB: 4}], failures: [{vramGB: 2, source: s}]} | batch: this key is required"
      })
  void whatIsWrongIsNamed(String task, String memory, String problem) {
    assertThatThrownBy(() -> read(task, memory))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining(problem);
  }

  private static MemoryModel read(String task, String memory) throws ConfigurationException {
    String profile =
        """
        schema: sobre-profile/1
        name: x
        task: %s
        unit: item
        variants: [{name: v, memory: %s}]
        """
            .formatted(task, memory);
    return ProfileReader.parse("p.yaml", profile).variants().get(0).memory();
  }
}
