package org.sobre.jobs.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sobre.hardware.units.MemorySize;
import org.sobre.jobs.profile.MemoryModel;
import org.sobre.jobs.profile.ModelProfile;
import org.sobre.jobs.profile.Requirements;
import org.sobre.jobs.profile.Variant;
import org.sobre.jobs.profile.Version;

/** The smallest card that will do, by its memory, its kind, and what the cluster has. */
class LeastCardTest {

  private static final BatchPlanner PLANNER =
      new BatchPlanner(Devices.LADDER, Devices.CAPABILITIES, Advice.SLURM);

  @ParameterizedTest
  @CsvSource({
    "sd15-infer, false", "sd15-lora, false", "sd35-medium-infer, false",
    "llama-3.1-8b-infer, false", "llama-3.1-8b-infer, true", "qwen2.5-7b-lora, false"
  })
  void oneMebibyteLessIsTooLittle(String name, boolean reduced) {
    ModelProfile profile = Devices.shipped(name);
    long least = PLANNER.leastMemory(profile, reduced).orElseThrow().mebibytes();
    assertThat(plan(profile, least, reduced)).isInstanceOf(BatchPlan.class);
    assertThat(plan(profile, least - 1, reduced)).isInstanceOf(DoesNotFit.class);
  }

  private static PlanResult plan(ModelProfile profile, long mebibytes, boolean reduced) {
    Device card =
        Device.empty("", Optional.empty(), MemorySize.ofMebibytes(mebibytes), Optional.empty());
    return PLANNER.plan(profile, Budget.of(List.of(card), reduced));
  }

  /** On 12 GB only the variant in 8 bits fits, and wants a newer card than its profile. */
  @Test
  void theConstraintIsThatOfTheVariantThatIsMeant() {
    ModelProfile profile = ofTwo();
    assertThat(PLANNER.constraint(profile, 24, true))
        .isEqualTo("vram_ge_24g&(gpu_cc_ge_6_0|gpu_vendor_amd)");
    assertThat(PLANNER.constraint(profile, 12, true))
        .isEqualTo("vram_ge_12g&(gpu_cc_ge_8_0|gpu_vendor_amd)");
    assertThat(PLANNER.leastCapability(profile, OptionalInt.of(24), true))
        .isEqualTo(Version.parse("6.0"));
    assertThat(PLANNER.leastCapability(profile, OptionalInt.of(12), true))
        .isEqualTo(Version.parse("7.5"));
  }

  @Test
  void noSizeIsNamedThatNoNodeHas() {
    PlanResult small = of("vram_ge_4g vram_ge_32g gpu_cc_ge_6_0").plan(ofTwo(), on("6.1", 8_000));
    assertThat(((DoesNotFit) small).sbatchOption())
        .hasValue("--constraint='vram_ge_32g&gpu_cc_ge_6_0'");
    PlanResult none = of("vram_ge_4g gpu_cc_ge_6_0").plan(ofTwo(), on("6.1", 8_000));
    assertThat(((DoesNotFit) none).sbatchOption()).isEmpty();
    assertThat(((DoesNotFit) none).reason()).endsWith(": no node has a card that would do");
  }

  /** Its size alone would send the job to the same card again. */
  @Test
  void aKindThatNoNodeHasIsNotLeftOut() {
    PlanResult old = of("vram_ge_24g vram_ge_32g").plan(ofTwo(), on("5.0", 24_000));
    assertThat(((Unsupported) old).sbatchOption()).isEmpty();
    PlanResult small = of("vram_ge_24g vram_ge_32g").plan(ofTwo(), on("6.1", 8_000));
    assertThat(((DoesNotFit) small).sbatchOption()).isEmpty();
  }

  private static BatchPlanner of(String features) {
    return PLANNER.among(Set.of(features.split(" ", -1)));
  }

  private static Budget on(String capability, long mebibytes) {
    Device card =
        Device.empty(
            "a card",
            Optional.of(org.sobre.hardware.gpu.GpuVendor.NVIDIA),
            MemorySize.ofMebibytes(mebibytes),
            Version.parse(capability));
    return Budget.of(List.of(card), false);
  }

  private static ModelProfile ofTwo() {
    Variant whole = Devices.variant("whole", needs(16_000));
    Variant eight =
        new Variant(
            "eight-bit",
            Map.of("precision", "int8"),
            needs(6_000),
            Optional.of("some quality"),
            Version.parse("7.5"));
    return Devices.profile(
        List.of(whole, eight),
        OptionalInt.empty(),
        new Requirements(List.of(), Version.parse("6.0"), Optional.empty(), List.of()));
  }

  private static MemoryModel needs(long mebibytes) {
    return new MemoryModel.Linear(
        MemoryModel.Basis.MEASURED,
        "a bench",
        MemorySize.ofMebibytes(mebibytes),
        MemorySize.ofMebibytes(1000),
        new MemorySize(0));
  }
}
