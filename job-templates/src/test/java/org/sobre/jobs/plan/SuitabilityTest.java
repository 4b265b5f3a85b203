package org.sobre.jobs.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sobre.hardware.gpu.GpuVendor;
import org.sobre.hardware.message.Language;
import org.sobre.hardware.units.MemorySize;
import org.sobre.jobs.profile.MemoryModel;
import org.sobre.jobs.profile.ModelProfile;
import org.sobre.jobs.profile.Precision;
import org.sobre.jobs.profile.Requirements;
import org.sobre.jobs.profile.Version;

class SuitabilityTest {

  private static final MemorySize SIZE = MemorySize.ofMebibytes(65_520);
  private static final Device MI210 =
      new Device(
          "AMD-946d7e1ef9b172dd",
          "AMD Instinct MI210",
          GpuVendor.AMD,
          SIZE,
          SIZE,
          Optional.empty(),
          Optional.empty());

  /** As nvidia-smi 470 tells of it, which is the last that drives it. */
  private static final Device K80 =
      new Device(
          "GPU-1",
          "Tesla K80",
          GpuVendor.NVIDIA,
          MemorySize.ofMebibytes(11_438),
          MemorySize.ofMebibytes(11_441),
          Optional.empty(),
          Version.parse("470.256.02"));

  private static final Requirements HALF =
      new Requirements(
          List.of(GpuVendor.NVIDIA, GpuVendor.AMD),
          Optional.empty(),
          Optional.empty(),
          List.of(Precision.FP16));

  @Test
  void whatIsAskedOfNvidiasCardsIsNotAskedOfAmds() {
    Requirements both =
        new Requirements(
            List.of(GpuVendor.NVIDIA, GpuVendor.AMD),
            Version.parse("8.0"),
            Version.parse("525"),
            List.of(Precision.values()));
    assertThat(reason(both, MI210)).isEmpty();
  }

  @Test
  void aProfileForOneVendorRunsOnNoOtherAndSaysHowToGetOne() {
    Requirements nvidia =
        new Requirements(List.of(GpuVendor.NVIDIA), Optional.empty(), Optional.empty(), List.of());
    assertThat(plan(nvidia, MI210, Advice.SLURM))
        .isEqualTo(
            new Unsupported(
                "p does not run on AMD Instinct MI210: it is made for GPUs of NVIDIA, and this one"
                    + " is of AMD: submit it with --constraint='vram_ge_4g&gpu_vendor_nvidia'",
                Optional.of("--constraint='vram_ge_4g&gpu_vendor_nvidia'")));
    assertThat(plan(nvidia, MI210, Advice.STATION))
        .isInstanceOfSatisfying(
            Unsupported.class,
            other -> {
              assertThat(other.sbatchOption()).isEmpty();
              assertThat(other.reason()).endsWith("this one is of AMD");
            });
  }

  @Test
  void aProfileForAmdAloneHasABatchOnEverySizeOfCard() {
    Requirements amd =
        new Requirements(List.of(GpuVendor.AMD), Optional.empty(), Optional.empty(), List.of());
    BatchPlanner planner = new BatchPlanner(Devices.LADDER);
    assertThat(planner.onEmptyCard(profile(amd), 24, false)).isInstanceOf(BatchPlan.class);
    assertThat(planner.smallestClass(profile(amd), false)).hasValue(4);
  }

  /** Half precision is from 5.3 on; the next feature is that of 6.0. */
  @Test
  void aCardThatIsTooOldForThePrecisionIsNamedWithTheFeatureOfOneThatIsNot() {
    assertThat(plan(HALF, K80.withComputeCapability(version("3.7")), Advice.SLURM))
        .isEqualTo(
            new Unsupported(
                "p does not run on Tesla K80: for fp16 it needs compute capability 5.3 or newer,"
                    + " and this one has 3.7: submit it with"
                    + " --constraint='vram_ge_4g&(gpu_cc_ge_6_0|gpu_vendor_amd)'",
                Optional.of("--constraint='vram_ge_4g&(gpu_cc_ge_6_0|gpu_vendor_amd)'")));
  }

  /** Whoever may run on AMD's cards is not kept from them; the next rung of 8.9 is not there. */
  @ParameterizedTest
  @CsvSource({
    "nvidia, 5.3, vram_ge_24g&gpu_cc_ge_6_0",
    "nvidia, 7.5, vram_ge_24g&gpu_cc_ge_8_0",
    "nvidia, 9.5, vram_ge_24g",
    "nvidia, , vram_ge_24g&gpu_vendor_nvidia",
    "amd, 8.0, vram_ge_24g&gpu_vendor_amd",
    "amd nvidia, 8.0, vram_ge_24g&(gpu_vendor_amd|gpu_cc_ge_8_0)",
    "'', 8.0, vram_ge_24g&(gpu_cc_ge_8_0|gpu_vendor_amd)",
    "nvidia amd, 9.5, vram_ge_24g&gpu_vendor_amd",
    "nvidia amd, , vram_ge_24g",
    "'', 2.0, vram_ge_24g"
  })
  void theKindsThatWouldDoAreNamed(String vendors, String capability, String constraint) {
    Requirements requires =
        new Requirements(
            Stream.of(vendors.split(" ", -1))
                .filter(name -> !name.isEmpty())
                .map(name -> GpuVendor.valueOf(name.toUpperCase(Locale.ROOT)))
                .toList(),
            Optional.ofNullable(capability).flatMap(Version::parse),
            Optional.empty(),
            List.of());
    BatchPlanner planner = new BatchPlanner(Devices.LADDER, Devices.CAPABILITIES, Advice.SLURM);
    assertThat(planner.constraint(profile(requires), 24, false)).isEqualTo(constraint);
  }

  /** sbatch refuses a word that no node has, even beside a bar. */
  @ParameterizedTest
  @CsvSource({
    "vram_ge_24g gpu_cc_ge_8_0 gpu_vendor_nvidia, vram_ge_24g&gpu_cc_ge_8_0",
    "vram_ge_24g gpu_vendor_amd, vram_ge_24g&gpu_vendor_amd",
    "vram_ge_24g x, vram_ge_24g"
  })
  void kindsThatTheClusterHasNotAreNotNamed(String features, String constraint) {
    Requirements both =
        new Requirements(
            List.of(GpuVendor.NVIDIA, GpuVendor.AMD),
            Version.parse("8.0"),
            Optional.empty(),
            List.of());
    BatchPlanner planner =
        new BatchPlanner(Devices.LADDER, Devices.CAPABILITIES, Advice.SLURM)
            .among(Set.of(features.split(" ", -1)));
    assertThat(planner.constraint(profile(both), 24, false)).isEqualTo(constraint);
  }

  /** By the feature that keeps old cards out, too, and not by the vendor's alone. */
  @Test
  void whoHoldsAnothersCardIsToldTheWholeKind() {
    Requirements ampere =
        new Requirements(
            List.of(GpuVendor.NVIDIA), Version.parse("8.0"), Optional.empty(), List.of());
    assertThat(((Unsupported) plan(ampere, MI210, Advice.SLURM)).sbatchOption())
        .contains("--constraint='vram_ge_4g&gpu_cc_ge_8_0'");
  }

  @Test
  void aCardOfWhichNobodyTellsHowOldItIsIsNotBlessed() {
    assertThat(reason(HALF, K80).orElseThrow())
        .contains("5.3 or newer", "neither the driver nor the GPU catalogue");
    assertThat(reason(HALF, K80.withComputeCapability(version("5.3")))).isEmpty();
  }

  @Test
  void theSameIsSaidInFrench() {
    Locale before = Locale.getDefault(Locale.Category.DISPLAY);
    try {
      Language.FRENCH.speak();
      assertThat(plan(HALF, K80, Advice.SLURM))
          .isEqualTo(
              new Unsupported(
                  "p ne tourne pas sur Tesla K80 : pour fp16, il faut une capacité de calcul"
                      + " (compute capability) de 5.3 ou plus, et ni le pilote ni le catalogue des"
                      + " GPU ne disent celle de ce GPU : soumettez-le avec"
                      + " --constraint='vram_ge_4g&(gpu_cc_ge_6_0|gpu_vendor_amd)'",
                  Optional.of("--constraint='vram_ge_4g&(gpu_cc_ge_6_0|gpu_vendor_amd)'")));
    } finally {
      Locale.setDefault(Locale.Category.DISPLAY, before);
    }
  }

  @Test
  void whereEveryCardWillDoNobodyNeedTell() {
    Requirements single =
        new Requirements(List.of(), Optional.empty(), Optional.empty(), List.of(Precision.FP32));
    assertThat(reason(single, K80)).isEmpty();
    assertThat(reason(Devices.NOTHING, K80)).isEmpty();
  }

  @Test
  void ofACardOfWhichOnlyTheSizeIsKnownNothingIsAsked() {
    assertThat(reason(HALF, Devices.marketed(24))).isEmpty();
  }

  @Test
  void anOldDriverIsNamed() {
    Requirements recent =
        new Requirements(List.of(), Optional.empty(), Version.parse("525"), List.of());
    assertThat(reason(recent, K80))
        .contains("it needs driver 525 or newer, and this one has 470.256.2");
    assertThat(reason(recent, Devices.marketed(24))).isEmpty();
  }

  private static Version version(String text) {
    return Version.parse(text).orElseThrow();
  }

  private static Optional<String> reason(Requirements requires, Device device) {
    return Suitability.objection(requires, device, List.of()).map(Suitability.Objection::reason);
  }

  private static PlanResult plan(Requirements requires, Device device, Advice advice) {
    return new BatchPlanner(Devices.LADDER, Devices.CAPABILITIES, advice)
        .plan(profile(requires), Budget.of(List.of(device), false));
  }

  private static ModelProfile profile(Requirements requires) {
    MemoryModel model =
        new MemoryModel.Linear(
            MemoryModel.Basis.MEASURED,
            "a bench",
            MemorySize.ofMebibytes(1000),
            MemorySize.ofMebibytes(1000),
            new MemorySize(0));
    return Devices.profile(List.of(Devices.variant("v", model)), OptionalInt.empty(), requires);
  }
}
