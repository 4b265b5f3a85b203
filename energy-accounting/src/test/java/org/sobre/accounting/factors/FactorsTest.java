package org.sobre.accounting.factors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sobre.hardware.config.ConfigurationException;

final class FactorsTest {

  private static final Path SHIPPED = Path.of("../conf/factors.yaml");

  @TempDir Path root;

  @Test
  void readsTheShippedFile() throws Exception {
    Factors factors = Factors.load(List.of(SHIPPED));
    assertThat(factors.gramsCo2ePerKilowattHour())
        .contains(new Factor(new BigDecimal("21.7"), "RTE, bilan électrique 2024", "2024"));
    assertThat(factors.pue()).isEmpty();
    assertThat(factors.euros(BigDecimal.TEN)).isEmpty();
    assertThat(factors.gramsCo2e(BigDecimal.TEN)).hasValue(new BigDecimal("217.000000"));
  }

  @Test
  void takesTheFirstFileThatIsThere() throws Exception {
    Path site = root.resolve("factors.yaml");
    Files.writeString(
        site,
        """
        schema: sobre-factors/1
        pue: {value: 1.5, source: meters, date: 2026}
        euroPerKwh: {value: 0.2, source: contract, date: 2026-01-31}
        """);
    Factors factors = Factors.load(List.of(root.resolve("none"), site, SHIPPED));
    assertThat(factors.euros(BigDecimal.TEN)).hasValue(new BigDecimal("3.000000"));
    assertThat(factors.gramsCo2e(BigDecimal.TEN)).isEmpty();
    assertThat(Factors.load(List.of(root.resolve("none")))).isEqualTo(Factors.NONE);
  }

  @Test
  void aNumberAloneIsOneProblem() throws Exception {
    Path site = root.resolve("factors.yaml");
    Files.writeString(site, "schema: sobre-factors/1\npue: 1.35\n");
    assertThatThrownBy(() -> Factors.load(List.of(site)))
        .isInstanceOfSatisfying(
            ConfigurationException.class, wrong -> assertThat(wrong.problems()).hasSize(1))
        .hasMessageContaining(":2:1: pue: expected a mapping");
  }

  @Test
  void namesEveryProblem() throws Exception {
    Path site = root.resolve("factors.yaml");
    Files.writeString(
        site,
        """
        schema: sobre-factors/1
        pue: {value: 0.5, source: meters, date: 2026}
        euroPerKWh: {value: 0.2, source: contract, date: 2026}
        gCo2ePerKwh: {date: yesterday}
        """);
    assertThatThrownBy(() -> Factors.load(List.of(site)))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining(":2:7: pue.value: expected a number from 1 to 10, found \"0.5\"")
        .hasMessageContaining(":3:1: euroPerKWh: unknown key; did you mean \"euroPerKwh\"?")
        .hasMessageContaining("gCo2ePerKwh.value: this key is required and missing")
        .hasMessageContaining("gCo2ePerKwh.source: this key is required and missing")
        .hasMessageContaining("gCo2ePerKwh.date: expected YYYY, YYYY-MM, YYYY-MM-DD");
  }
}
