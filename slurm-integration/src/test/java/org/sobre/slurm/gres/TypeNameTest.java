package org.sobre.slurm.gres;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TypeNameTest {

  @ParameterizedTest
  @CsvSource({
    "NVIDIA GeForce RTX 4090, nvidia_geforce_rtx_4090",
    "Tesla V100-SXM2-32GB, tesla_v100-sxm2-32gb",
    "NVIDIA RTX 4000 SFF Ada Generation, nvidia_rtx_4000_sff_ada_generation",
    "4090, gpu_4090",
    "Radeon RX 6800/6800 XT [Navi 21], radeon_rx_6800_6800_xt__navi_21_",
    "a:b(c)#d, a_b_c__d",
    "_x, gpu__x",
    "Ünlü, gpu__nl_",
  })
  void isWhatAutoDetectGivesMadeSafe(String model, String type) {
    assertThat(TypeName.of(model)).isEqualTo(type);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
  void isSafeWhateverTheModel(int seed) {
    Random random = new Random(seed);
    for (int i = 0; i < 1000; i++) {
      StringBuilder model = new StringBuilder();
      random.ints(1 + random.nextInt(20), 1, 0x2ff).forEach(model::appendCodePoint);
      String type = TypeName.of(model.toString());
      assertThat(TypeName.isSafe(type)).as("seed %d, model <%s>: %s", seed, model, type).isTrue();
      assertThat(TypeName.of(type)).as("a type name names itself").isEqualTo(type);
    }
  }

  @Test
  void neverDependsOnTheLocaleOfTheMachine() {
    java.util.Locale before = java.util.Locale.getDefault();
    try {
      java.util.Locale.setDefault(java.util.Locale.forLanguageTag("tr"));
      assertThat(TypeName.of("TITAN XI")).isEqualTo("titan_xi");
    } finally {
      java.util.Locale.setDefault(before);
    }
  }
}
