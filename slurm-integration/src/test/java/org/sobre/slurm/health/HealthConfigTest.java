package org.sobre.slurm.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sobre.hardware.config.SobreConfig;

class HealthConfigTest {

  @Test
  void drainsAfterTenMinutesOfHeatUnlessToldOtherwise() {
    SobreConfig config = SobreConfig.parse("sobre.yaml", "schema: sobre/1\n");
    assertThat(HealthConfig.from(config.health()))
        .isEqualTo(
            new HealthConfig(HealthPolicy.DRAIN, Duration.ofMinutes(10), Duration.ofSeconds(30)));
    assertThat(config.problems().isEmpty()).isTrue();
  }

  @Test
  void readsWhatStandsThereAlsoWhatAHostOverrides() {
    SobreConfig config =
        SobreConfig.parse(
            "sobre.yaml",
            """
            schema: sobre/1
            health: {policy: off, heatMinutes: 1440, interval: 1s}
            nodes:
              - {match: "n*", set: {health: {policy: drain}}}
            """,
            "n042");
    assertThat(HealthConfig.from(config.health()))
        .isEqualTo(new HealthConfig(HealthPolicy.DRAIN, Duration.ofDays(1), Duration.ofSeconds(1)));
    assertThat(config.problems().isEmpty()).isTrue();
    assertThat(config.problems().remarks()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{policy: resume}",
        "{policy: DRAIN}",
        "{heatMinutes: 0}",
        "{heatMinutes: 1441}",
        "{heatMinutes: 10m}",
        "{interval: 500ms}",
        "{interval: 2min}",
        "{polcy: drain}",
      })
  void refusesTheRestWithOneProblemEach(String section) {
    SobreConfig config =
        SobreConfig.parse("sobre.yaml", "schema: sobre/1\nhealth: " + section + "\n");
    HealthConfig.from(config.health());
    assertThat(config.problems().all()).hasSize(1);
  }

  @Test
  void cannotBeMadeOutsideItsRanges() {
    assertThatThrownBy(
            () -> new HealthConfig(HealthPolicy.OFF, Duration.ZERO, Duration.ofSeconds(30)))
        .hasMessageContaining("heat must be 1 minute to 1 day");
    assertThatThrownBy(
            () -> new HealthConfig(HealthPolicy.OFF, Duration.ofMinutes(1), Duration.ofHours(1)))
        .hasMessageContaining("interval must be 1 s to 1 min");
  }
}
