package org.sobre.energy.meter;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.sobre.hardware.config.Problem;
import org.sobre.hardware.config.SobreConfig;

class MetricsConfigTest {

  @Test
  void namesNoAccountUnlessToldTo() {
    assertThat(MetricsConfig.from(config("{}").metrics()).accounts()).isFalse();
    assertThat(MetricsConfig.from(config("{accounts: true}").metrics()).accounts()).isTrue();
  }

  @Test
  void theAddressIsCheckedAndRemarked() {
    SobreConfig config = config("{listen: \"127.0.0.1:9842\"}");
    MetricsConfig.from(config.metrics());
    assertThat(config.problems().isEmpty()).isTrue();
    assertThat(config.problems().remarks())
        .extracting(Problem::message)
        .containsExactly("metrics.listen: accepted, without effect in this version");
    SobreConfig wrong = config("{listen: here}");
    MetricsConfig.from(wrong.metrics());
    assertThat(wrong.problems().all()).hasSize(1);
  }

  @Test
  void refusesTheRest() {
    SobreConfig config = config("{users: true}");
    MetricsConfig.from(config.metrics());
    assertThat(config.problems().all()).hasSize(1);
  }

  private static SobreConfig config(String section) {
    return SobreConfig.parse("sobre.yaml", "schema: sobre/1\nmetrics: " + section + "\n");
  }
}
