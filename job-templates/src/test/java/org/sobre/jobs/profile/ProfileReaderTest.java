package org.sobre.jobs.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sobre.hardware.config.ConfigurationException;
import org.sobre.hardware.config.Problem;
import org.sobre.hardware.units.MemorySize;
import org.sobre.jobs.profile.MemoryModel.Basis;
import org.sobre.jobs.profile.MemoryModel.Linear;
import org.sobre.jobs.profile.MemoryModel.Point;
import org.sobre.jobs.profile.MemoryModel.Points;

class ProfileReaderTest {

  private static final String GOOD =
      """
      schema: sobre-profile/1
      name: sd21-finetune
      task: finetune
      unit: image
      effectiveBatch: 128
      requires: {vendors: [nvidia, amd], minComputeCapability: "7.0", precisions: [fp16]}
      variants:
        - name: full
          key: {precision: fp16, ema: true}
          memory: {basis: measured, source: "a talk", points: [{batch: 1, vramGB: 24}, {batch: 8, vramMiB: 30000}]}
          loses: null
        - name: eight-bit
          memory: {basis: published, fixedMiB: 11000, perItemMiB: 575, stepMiB: 12000, source: "a page"}
          loses: "quality"
      policy: {minVramGB: 16, reason: "quality"}
      command: {batch: "--b={batch_size}", accumulation: "--a={accumulation}"}
      resume: "--resume"
      """;

  private static final String ON_PROCESSORS =
      """
      schema: sobre-profile/1
      name: x
      task: infer
      unit: sequence
      device: cpu
      variants:
        - name: v
          memory: {basis: measured, source: "a bench", points: [{batch: 2, memoryMiB: 900}]}
      """;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{huggingFace: owner/model-1.5, diskMiB: 900} | HUGGING_FACE owner/model-1.5 900",
        "{huggingFace: gpt2}                          | HUGGING_FACE gpt2 -1",
        "{ollama: 'llama3.1:8b', diskMiB: 5000}       | OLLAMA llama3.1:8b 5000",
      })
  void readsWhereItsModelIsKept(String store, String expected) throws ConfigurationException {
    StoredModel model =
        ProfileReader.parse("p.yaml", GOOD + "store: " + store + "\n").store().orElseThrow();
    long mebibytes = model.size().map(MemorySize::mebibytes).orElse(-1L);
    assertThat(model.hub() + " " + model.name() + " " + mebibytes).isEqualTo(expected);
    assertThat(ProfileReader.parse("p.yaml", GOOD).store()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{diskMiB: 9}                           | store.huggingFace: expected either huggingFace",
        "{huggingFace: a/b, ollama: c}          | store.huggingFace: expected either huggingFace",
        "{huggingFace: a/b/c}                   | store.huggingFace: expected a model's name",
        "{huggingFace: ../b}                    | store.huggingFace: expected a model's name",
        "{ollama: 'a b'}                        | store.ollama: expected a model's name",
        "{ollama: a, diskMiB: 0}                | store.diskMiB: expected",
        "{ollama: a, disk: 1}                   | store.disk: "
      })
  void refusesAModelThatNobodyKeeps(String store, String problem) {
    assertThatThrownBy(() -> ProfileReader.parse("p.yaml", GOOD + "store: " + store + "\n"))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining(problem);
  }

  @Test
  void readsWhatTheSchemaSays() throws ConfigurationException {
    ModelProfile profile = ProfileReader.parse("p.yaml", GOOD);
    assertThat(profile.task()).isEqualTo(Task.FINETUNE);
    assertThat(profile.effectiveBatch()).hasValue(128);
    assertThat(profile.requires().minComputeCapability()).hasToString("Optional[7.0]");
    assertThat(profile.floor()).contains(new ModelProfile.VramFloor(16, "quality"));
    assertThat(profile.variants()).hasSize(2);
    assertThat(profile.variants().get(0).memory())
        .isEqualTo(
            new Points(
                Basis.MEASURED,
                "a talk",
                List.of(
                    new Point(1, MemorySize.ofGigabytes(24), OptionalInt.of(24)),
                    new Point(8, MemorySize.ofMebibytes(30000), OptionalInt.empty()))));
    assertThat(profile.variants().get(0).loses()).isEmpty();
    assertThat(profile.variants().get(1).memory())
        .isEqualTo(
            new Linear(
                Basis.PUBLISHED,
                "a page",
                MemorySize.ofMebibytes(11000),
                MemorySize.ofMebibytes(575),
                MemorySize.ofMebibytes(12000)));
    assertThat(profile.variants().get(1).loses()).contains("quality");
  }

  /** Not a word of cards: the numbers are of main memory. */
  @Test
  void whatRunsOnProcessorsIsToldInMainMemory() throws ConfigurationException {
    ModelProfile profile = ProfileReader.parse("p.yaml", ON_PROCESSORS);
    assertThat(profile.device()).isEqualTo(Processor.CPU);
    assertThat(ProfileReader.parse("p.yaml", GOOD).device()).isEqualTo(Processor.GPU);
    assertThat(profile.variants().get(0).memory())
        .isInstanceOfSatisfying(
            Points.class,
            points ->
                assertThat(points.points())
                    .containsExactly(
                        new Point(2, MemorySize.ofMebibytes(900), OptionalInt.empty())));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "memoryMiB: 900 | vramGB: 24 | vramGB: unknown key",
        "memoryMiB: 900 | vramMiB: 900 | vramMiB: unknown key",
        "device: cpu | device: gpu | expected either vramGB",
        "device: cpu | device: tpu | expected one of gpu, cpu",
        "device: cpu | {device: cpu, requires: {vendors: [nvidia]}} | requires: this is about cards",
        "device: cpu | {device: cpu, policy: {minVramGB: 4}} | policy: this is about cards",
        "]} | ], failures: [{batch: 4, vramGB: 8, source: s}]} | failures: this is about cards"
      })
  void whatIsAskedOfCardsIsNotAskedOfProcessors(String good, String bad, String problem) {
    String lines =
        bad.startsWith("{") ? bad.substring(1, bad.length() - 1).replace(", ", "\n") : bad;
    assertThatThrownBy(() -> ProfileReader.parse("p.yaml", ON_PROCESSORS.replace(good, lines)))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining(problem);
  }

  @Test
  void aVariantMayAskForANewerCard() throws ConfigurationException {
    String text =
        """
        schema: sobre-profile/1
        name: x
        task: infer
        unit: image
        variants:
          - name: int8
            requires: {minComputeCapability: "7.5"}
            memory: {basis: published, source: s, points: [{batch: 1, vramGB: 24}]}
        """;
    assertThat(ProfileReader.parse("p.yaml", text).variants().get(0).minComputeCapability())
        .isEqualTo(Version.parse("7.5"));
    assertThatThrownBy(
            () -> ProfileReader.parse("p.yaml", text.replace("minComputeCapability", "minDriver")))
        .hasMessageContaining("p.yaml:7:16: variants[0].requires.minDriver: unknown key");
    String onProcessors =
        text.replace("task: infer", "task: infer\ndevice: cpu")
            .replace("vramGB: 24", "memoryMiB: 9");
    assertThatThrownBy(() -> ProfileReader.parse("p.yaml", onProcessors))
        .hasMessageContaining("requires: this is about cards");
  }

  @Test
  void anUnknownKeyIsNamedWithItsPlaceAndTheOneThatWasMeant() {
    assertThatThrownBy(
            () -> ProfileReader.parse("p.yaml", GOOD.replace("effectiveBatch", "efectiveBatch")))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("p.yaml:5:1: efectiveBatch: unknown key")
        .hasMessageContaining("did you mean \"effectiveBatch\"?");
  }

  @Test
  void allProblemsAreToldAtOnce() {
    String bad =
        """
        schema: sobre-profile/1
        name: x y
        task: finetun
        variants:
          - name: full
            memory: {basis: guessed, points: [{batch: 2, vramGB: 24}, {batch: 1, vramGB: 24}]}
          - name: empty
            memory: {basis: prior, source: s}
        """;
    assertThatThrownBy(() -> ProfileReader.parse("p.yaml", bad))
        .isInstanceOfSatisfying(
            ConfigurationException.class,
            e ->
                assertThat(e.problems().stream().map(Problem::toString))
                    .anyMatch(p -> p.startsWith("p.yaml:2:1: name: expected letters"))
                    .anyMatch(p -> p.contains("task") && p.contains("did you mean \"finetune\""))
                    .anyMatch(p -> p.contains("unit: this key is required"))
                    .anyMatch(p -> p.contains("basis: expected one of measured"))
                    .anyMatch(p -> p.contains("no number without its source"))
                    .anyMatch(p -> p.startsWith("p.yaml:6:") && p.contains("growing batch"))
                    .anyMatch(p -> p.contains("expected one of: points; fixedMiB")));
  }

  @Test
  void aKeyThatStandsTwiceHidesNoOtherProblem() {
    String bad = GOOD.replace("effectiveBatch", "efectiveBatch") + "unit: picture\n";
    assertThatThrownBy(() -> ProfileReader.parse("p.yaml", bad))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("unit: this key stands a second time")
        .hasMessageContaining("did you mean \"effectiveBatch\"?");
  }

  @Test
  void aModelWithoutPointsIsAProblemAndNoDefect() {
    String bad =
        """
        schema: sobre-profile/1
        name: x
        task: infer
        unit: image
        variants: [{name: n, memory: {basis: prior, source: s, points: []}}]
        """;
    assertThatThrownBy(() -> ProfileReader.parse("p.yaml", bad))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("p.yaml:5:")
        .hasMessageContaining("points: expected at least one point");
  }

  @Test
  void aCardOfABrokenNumberOfGigabytesIsAnAmountOfMemory() throws ConfigurationException {
    ModelProfile profile =
        ProfileReader.parse("p.yaml", GOOD.replace("vramGB: 24}", "vramGB: 12.3}"));
    Points points = (Points) profile.variants().get(0).memory();
    assertThat(points.points().get(0).cardGigabytes()).isEmpty();
    assertThat(points.points().get(0).memory()).isEqualTo(new MemorySize(12_300_000_000L));
  }

  @Test
  void versionsCompareNumberByNumber() {
    assertThat(Version.parse("8.10").orElseThrow())
        .isGreaterThan(Version.parse("8.9").orElseThrow());
    assertThat(Version.parse("8").orElseThrow())
        .isEqualByComparingTo(Version.parse("8.0").orElseThrow());
    assertThat(Version.parse("8.x")).isEmpty();
  }
}
