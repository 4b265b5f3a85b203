package org.sobre.jobs.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
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
                    .anyMatch(p -> p.contains("expected either points, or fixedMiB")));
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
