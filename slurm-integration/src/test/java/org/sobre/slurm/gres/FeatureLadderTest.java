package org.sobre.slurm.gres;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sobre.hardware.gpu.Gpu;
import org.sobre.hardware.gpu.GpuVendor;

class FeatureLadderTest {

  /** Totals as nvidia-smi prints them, in MiB, of boards sold with so many GB. */
  @ParameterizedTest
  @CsvSource({
    "24564, 24, 32", "10240, 10, 11", "11264, 11, 12", "8188, 8, 10", "16280, 16, 20",
    "81559, 80, 94", "15360, 16, 20", "46068, 48, 64", "4096, 4, 6", "143771, 140, 192",
  })
  void aCardHasItsMarketedSizeAndNotTheNext(long mebibytes, int has, int hasNot) {
    List<String> features = of(Nodes.card(0, "x", mebibytes, 0));
    assertThat(features)
        .contains("vram_ge_" + has + "g", "vram_has_" + has + "g", "vram_ge_2g")
        .doesNotContain("vram_ge_" + hasNot + "g", "vram_has_" + hasNot + "g");
  }

  @Test
  void unlikeCardsPromiseTogetherOnlyWhatEachHas() {
    List<String> features = of(Nodes.card(0, "a", 24564, 0), Nodes.card(1, "b", 10240, 1));
    assertThat(features)
        .contains("vram_ge_10g", "vram_has_24g")
        .doesNotContain("vram_ge_11g", "vram_has_32g");
  }

  @Test
  void namesVendorFamilyAndComputeCapability() {
    assertThat(of(Nodes.card(0, "x", 24564, 0)))
        .contains("gpu_vendor_nvidia", "gpu_family_ada", "gpu_cc_8_9");
  }

  /** The catalogue's family stands beside the architecture: the words of the two differ. */
  @Test
  void namesTheFamilyOfTheCatalogue() {
    Gpu gamer =
        Nodes.card(0, "x", 24564, 0)
            .catalogued(
                Optional.of("gamer"), Optional.empty(), Optional.empty(), OptionalInt.empty());
    assertThat(of(gamer, Nodes.card(1, "y", 24564, 1)))
        .contains("gpu_family_gamer", "gpu_family_ada");
  }

  /** One ladder for cards of both vendors: it says what fits, not what runs. */
  @Test
  void aNodeOfBothVendorsNamesBoth() {
    assertThat(of(Nodes.card(0, "x", 24564, 0), Nodes.mi210(1, 128)))
        .contains("vram_ge_24g", "vram_has_64g", "gpu_vendor_nvidia", "gpu_vendor_amd")
        .contains("gpu_family_ada", "gpu_family_cdna2", "gpu_cc_8_9")
        .doesNotContain("vram_ge_32g", "vram_has_80g");
  }

  @Test
  void noGpuNoFeature() {
    assertThat(of()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {11, 12, 13, 14, 15, 16, 17, 18})
  void oneMoreCardNeverAddsToWhatAllHaveNorTakesFromWhatSomeHave(int seed) {
    Random random = new Random(seed);
    List<Gpu> cards = new ArrayList<>();
    List<String> before = List.of();
    for (int i = 0; i < 8; i++) {
      cards.add(Nodes.card(i, "m" + i, 2048 + random.nextInt(200_000), i));
      List<String> after = of(cards.toArray(Gpu[]::new));
      if (i > 0) {
        assertThat(with("vram_ge_", before))
            .as("seed %d", seed)
            .containsAll(with("vram_ge_", after));
        assertThat(with("vram_has_", after))
            .as("seed %d", seed)
            .containsAll(with("vram_has_", before));
      }
      assertThat(with("vram_has_", after))
          .containsAll(with("vram_ge_", after).stream().map(f -> f.replace("ge", "has")).toList());
      assertThat(after).doesNotHaveDuplicates();
      before = after;
    }
  }

  /** A job built for 7.0 asks for one feature, whatever later cards there are. */
  @ParameterizedTest
  @CsvSource({
    "3.7, 3_7, 5_0",
    "7.0, 7_0, 7_5",
    "8.9, 8_9, 9_0",
    "9.0, 9_0, 10_0",
    "12.1, 12_0, 13_0"
  })
  void aCardHasEveryComputeCapabilityUpToItsOwn(String own, String has, String hasNot) {
    assertThat(of(capable(0, own)))
        .contains("gpu_cc_ge_3_5", "gpu_cc_ge_" + has)
        .doesNotContain("gpu_cc_ge_" + hasNot);
  }

  @Test
  void theLeastCapableCardDecides() {
    assertThat(of(capable(0, "8.9"), capable(1, "3.7")))
        .contains("gpu_cc_ge_3_7", "gpu_cc_8_9", "gpu_cc_3_7")
        .doesNotContain("gpu_cc_ge_5_0");
  }

  @Test
  void aCardOfAmdOrOfUnknownCapabilityPromisesNone() {
    assertThat(of(capable(0, "8.9"), Nodes.mi210(1, 128)))
        .noneMatch(feature -> feature.startsWith("gpu_cc_ge_"));
    assertThat(of(capable(0, ""))).noneMatch(feature -> feature.startsWith("gpu_cc_"));
  }

  private static Gpu capable(int index, String capability) {
    return Nodes.card(
        index, GpuVendor.NVIDIA, "x", 24564, "/dev/nvidia" + index, "ada", capability);
  }

  private static List<String> of(Gpu... cards) {
    return FeatureLadder.of(Arrays.stream(cards).map(Offered::whole).toList());
  }

  private static List<String> with(String prefix, List<String> features) {
    return features.stream().filter(f -> f.startsWith(prefix)).toList();
  }
}
