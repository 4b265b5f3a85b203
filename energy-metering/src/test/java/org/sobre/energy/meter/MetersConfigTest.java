package org.sobre.energy.meter;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sobre.hardware.config.SobreConfig;

class MetersConfigTest {

  @Test
  void readsEachSecondByTheBetterOfTwoWaysUnlessToldOtherwise() {
    SobreConfig config = SobreConfig.parse("sobre.yaml", "schema: sobre/1\n");
    assertThat(MetersConfig.from(config.meters()))
        .isEqualTo(new MetersConfig(Duration.ofSeconds(1), 0.1, MetersConfig.Nvidia.AUTO))
        .isEqualTo(new MetersConfig(Duration.ofSeconds(1)));
    assertThat(config.problems().isEmpty()).isTrue();
  }

  @Test
  void readsWhatStandsThere() {
    SobreConfig config =
        SobreConfig.parse(
            "sobre.yaml",
            "schema: sobre/1\nmeters: {interval: 2s, counterTolerance: 2.5%, nvidia: nvidia-smi}\n");
    assertThat(MetersConfig.from(config.meters()))
        .isEqualTo(new MetersConfig(Duration.ofSeconds(2), 0.025, MetersConfig.Nvidia.NVIDIA_SMI));
    assertThat(config.problems().isEmpty()).isTrue();
    assertThat(config.problems().remarks()).as("neither is reserved any more").isEmpty();
  }

  @Test
  void theWholeNodeIsReadUnlessToldOtherwiseAndADesignPowerMayBeTold() {
    SobreConfig config =
        SobreConfig.parse("sobre.yaml", "schema: sobre/1\nmeters: {node: off, cpuTdpWatts: 95}\n");
    MetersConfig meters = MetersConfig.from(config.meters());

    assertThat(config.problems().isEmpty()).isTrue();
    assertThat(meters.wholeNode()).isFalse();
    assertThat(meters.cpuTdpWatts()).hasValue(95);
    assertThat(new MetersConfig(Duration.ofSeconds(1)).wholeNode()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{nvidia: NVML}",
        "{nvidia: dcgm}",
        "{counterTolerance: 101%}",
        "{counterTolerance: 0.1}",
        "{node: ipmi}",
        "{cpuTdpWatts: 0}",
        "{cpuTdpWatts: 1001}"
      })
  void refusesTheRest(String section) {
    SobreConfig config =
        SobreConfig.parse("sobre.yaml", "schema: sobre/1\nmeters: " + section + "\n");
    MetersConfig.from(config.meters());
    assertThat(config.problems().all()).hasSize(1);
  }
}
