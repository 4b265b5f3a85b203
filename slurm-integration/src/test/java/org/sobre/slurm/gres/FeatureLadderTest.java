package org.sobre.slurm.gres;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sobre.hardware.gpu.Gpu;

class FeatureLadderTest {

  /** Totals as nvidia-smi prints them, in MiB, of boards sold with so many GB. */
  @ParameterizedTest
  @CsvSource({
    "24564, 24, 32", "10240, 10, 11", "11264, 11, 12", "8188, 8, 10", "16280, 16, 20",
    "81559, 80, 94", "15360, 16, 20", "46068, 48, 64", "4096, 4, 6", "143771, 140, 192",
  })
  void aCardHasItsMarketedSizeAndNotTheNext(long mebibytes, int has, int hasNot) {
    List<String> features = FeatureLadder.of(List.of(Nodes.card(0, "x", mebibytes, 0)));
    assertThat(features)
        .contains("vram_ge_" + has + "g", "vram_has_" + has + "g", "vram_ge_2g")
        .doesNotContain("vram_ge_" + hasNot + "g", "vram_has_" + hasNot + "g");
  }

  @Test
  void unlikeCardsPromiseTogetherOnlyWhatEachHas() {
    List<String> features =
        FeatureLadder.of(List.of(Nodes.card(0, "a", 24564, 0), Nodes.card(1, "b", 10240, 1)));
    assertThat(features)
        .contains("vram_ge_10g", "vram_has_24g")
        .doesNotContain("vram_ge_11g", "vram_has_32g");
  }

  @Test
  void namesVendorFamilyAndComputeCapability() {
    assertThat(FeatureLadder.of(List.of(Nodes.card(0, "x", 24564, 0))))
        .endsWith("gpu_vendor_nvidia", "gpu_family_ada", "gpu_cc_8_9");
  }

  /** One ladder for cards of both vendors: it says what fits, not what runs. */
  @Test
  void aNodeOfBothVendorsNamesBoth() {
    assertThat(FeatureLadder.of(List.of(Nodes.card(0, "x", 24564, 0), Nodes.mi210(1, 128))))
        .contains("vram_ge_24g", "vram_has_64g", "gpu_vendor_nvidia", "gpu_vendor_amd")
        .contains("gpu_family_ada", "gpu_family_cdna2", "gpu_cc_8_9")
        .doesNotContain("vram_ge_32g", "vram_has_80g");
  }

  @Test
  void noGpuNoFeature() {
    assertThat(FeatureLadder.of(List.of())).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {11, 12, 13, 14, 15, 16, 17, 18})
  void oneMoreCardNeverAddsToWhatAllHaveNorTakesFromWhatSomeHave(int seed) {
    Random random = new Random(seed);
    List<Gpu> cards = new ArrayList<>();
    List<String> before = List.of();
    for (int i = 0; i < 8; i++) {
      cards.add(Nodes.card(i, "m" + i, 2048 + random.nextInt(200_000), i));
      List<String> after = FeatureLadder.of(cards);
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

  private static List<String> with(String prefix, List<String> features) {
    return features.stream().filter(f -> f.startsWith(prefix)).toList();
  }
}
