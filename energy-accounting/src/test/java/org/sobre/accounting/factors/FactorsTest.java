package org.sobre.accounting.factors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sobre.hardware.catalog.GpuCatalog;
import org.sobre.hardware.config.ConfigurationException;

final class FactorsTest {

  private static final Path SHIPPED = Path.of("../conf/factors.yaml");
  private static final ZoneId PARIS = ZoneId.of("Europe/Paris");
  private static final BigInteger TEN_KILOWATT_HOURS = new BigInteger("36000000000000");

  @TempDir Path root;

  private static Optional<BigDecimal> grams(Factors factors, String day) {
    Instant begin = LocalDate.parse(day).atStartOfDay(PARIS).toInstant();
    return new PeriodFactors(factors, PARIS, begin, begin.plusSeconds(3600))
        .gramsCo2e(EnergyOverTime.of(begin, TEN_KILOWATT_HOURS));
  }

  private Factors read(String text) throws Exception {
    Path site = Files.writeString(root.resolve("factors.yaml"), text);
    return Factors.load(List.of(site));
  }

  @Test
  void readsTheShippedFile() throws Exception {
    Factors factors = Factors.load(List.of(SHIPPED));
    assertThat(grams(factors, "2024-02-29").orElseThrow()).isEqualByComparingTo("217");
    assertThat(grams(factors, "2025-01-01").orElseThrow()).isEqualByComparingTo("196");
    assertThat(grams(factors, "2023-12-31").orElseThrow()).isEqualByComparingTo("320");
    assertThat(grams(factors, "2022-12-31")).isEmpty();
    assertThat(factors.pue().isEmpty()).isTrue();
    assertThat(factors.price().isEmpty()).isTrue();
    assertThat(factors.file()).contains(SHIPPED);
    // no price is invented
    assertThat(factors.cloud().models()).isEmpty();
    assertThat(factors.hardware().gpus()).allMatch(gpu -> gpu.purchase().isEmpty());
    // 181 kg over 4 years of 8760 h, and 60 kg for what nobody knows
    LocalDate day = LocalDate.of(2026, 11, 1);
    Hardware hardware = factors.hardware();
    assertThat(
            hardware
                .embodied("nvidia_a100-pcie-40gb", "n1", day, GpuCatalog.EMPTY)
                .total()
                .orElseThrow()
                .doubleValue())
        .isEqualTo(181_000.0 / 35_040);
    assertThat(
            hardware
                .embodied("nvidia_tesla_k80", "n1", day, GpuCatalog.EMPTY)
                .gpu()
                .orElseThrow()
                .perHour()
                .doubleValue())
        .isEqualTo(60_000.0 / 35_040);
  }

  @Test
  void takesTheFirstFileThatIsThereAndStillReadsSchema1() throws Exception {
    Path site = root.resolve("factors.yaml");
    Files.writeString(
        site,
        """
        schema: sobre-factors/1
        pue: {value: 1.5, source: meters, date: 2026}
        euroPerKwh: {value: 0.2, source: contract, date: 2026-01-31}
        """);
    Factors factors = Factors.load(List.of(root.resolve("none"), site, SHIPPED));
    Instant begin = Instant.parse("1999-01-01T00:00:00Z");
    PeriodFactors ever =
        new PeriodFactors(factors, PARIS, begin, Instant.parse("2099-01-01T00:00:00Z"));
    assertThat(ever.granularity()).isEqualTo(Granularity.CONSTANT);
    assertThat(ever.euros(EnergyOverTime.of(begin, TEN_KILOWATT_HOURS)).orElseThrow())
        .isEqualByComparingTo("3");
    assertThat(ever.gramsCo2e(EnergyOverTime.of(begin, TEN_KILOWATT_HOURS))).isEmpty();
    assertThat(ever.applied(new EnergyOverTime()).onlyPrice())
        .contains(new Factor(new BigDecimal("0.2"), "contract", "2026-01-31"));
    assertThat(Factors.load(List.of(root.resolve("none")))).isEqualTo(Factors.NONE);
  }

  /** Not the next candidate's, nor none. */
  @Test
  void aLinkToAShareThatIsAwayIsNotNoFile() throws Exception {
    Path link = Files.createSymbolicLink(root.resolve("site.yaml"), root.resolve("share/f"));
    assertThatThrownBy(() -> Factors.load(List.of(link, SHIPPED)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("site.yaml");
  }

  @Test
  void aNumberAloneIsOneProblem() throws Exception {
    assertThatThrownBy(() -> read("schema: sobre-factors/1\npue: 1.35\n"))
        .isInstanceOfSatisfying(
            ConfigurationException.class, wrong -> assertThat(wrong.problems()).hasSize(1))
        .hasMessageContaining(":2:1: pue: expected a mapping");
    assertThatThrownBy(() -> read("schema: sobre-factors/2\npue: 1.35\n"))
        .isInstanceOfSatisfying(
            ConfigurationException.class, wrong -> assertThat(wrong.problems()).hasSize(1))
        .hasMessageContaining(":2:1: pue: expected a list");
  }

  @Test
  void namesEveryProblemOfSchema1() throws Exception {
    assertThatThrownBy(
            () ->
                read(
                    """
                    schema: sobre-factors/1
                    pue: {value: 0.5, source: meters, date: 2026}
                    euroPerKWh: {value: 0.2, source: contract, date: 2026}
                    gCo2ePerKwh: {date: yesterday}
                    """))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining(":2:7: pue.value: expected a number from 1 to 10, found \"0.5\"")
        .hasMessageContaining(":3:1: euroPerKWh: unknown key; did you mean \"euroPerKwh\"?")
        .hasMessageContaining("gCo2ePerKwh.value: this key is required and missing")
        .hasMessageContaining("gCo2ePerKwh.source: this key is required and missing")
        .hasMessageContaining("gCo2ePerKwh.date: expected YYYY, YYYY-MM, YYYY-MM-DD");
  }

  @Test
  void namesGapsAndOverlapsAtOnce() throws Exception {
    assertThatThrownBy(
            () ->
                read(
                    """
                    schema: sobre-factors/2
                    gCo2ePerKwh:
                      - {from: 2025-04-01, value: 20, basis: direct, source: s, date: 2025}
                      - {until: 2025-01-01, value: 21, basis: direct, source: s, date: 2025}
                    pue:
                      - {from: 2024-01-01, value: 1.3, source: s, date: 2024}
                      - {from: 2024-06-01, until: 2024-07-01, value: 1.2, source: s, date: 2024}
                    euroPerKwh:
                      - {from: 2024-01-01, until: 2024-01-01, value: 0.2, source: s, date: 2024}
                    heatReuse:
                      - {value: 1.5, source: s, date: 2024}
                    """))
        .hasMessageContaining("gCo2ePerKwh: no value from 2025-01-01 to 2025-03-31")
        .hasMessageContaining("pue: two values from 2024-06-01 to 2024-06-30")
        .hasMessageContaining("euroPerKwh[0].until: expected a day after 2024-01-01")
        .hasMessageContaining("heatReuse[0].value: expected a number from 0.0001 to 1");
  }

  @Test
  void neverMixesTwoBases() throws Exception {
    String both =
        """
        schema: sobre-factors/2
        gCo2ePerKwh:
          - {value: 20, basis: direct, source: RTE, date: 2025}
          - {value: 52, basis: lifeCycle, source: ADEME, date: 2025}
        """;
    assertThatThrownBy(() -> read(both)).hasMessageContaining("say with gCo2eBasis which one");
    assertThat(grams(read(both + "gCo2eBasis: lifeCycle\n"), "2025-05-01").orElseThrow())
        .isEqualByComparingTo("520");
    assertThat(grams(read(both + "gCo2eBasis: direct\n"), "2025-05-01").orElseThrow())
        .isEqualByComparingTo("200");
    assertThatThrownBy(
            () ->
                read("schema: sobre-factors/2\ngCo2ePerKwh: [{value: 2, source: s, date: 2025}]\n"))
        .hasMessageContaining("gCo2ePerKwh[0].basis");
  }

  @Test
  void takesHeatOffOnlyWhereToldTo() throws Exception {
    String text =
        """
        schema: sobre-factors/2
        gCo2ePerKwh: [{value: 20, basis: direct, source: RTE, date: 2025}]
        heatReuse: [{value: 0.4, credit: %s, source: meter, date: 2026}]
        """;
    assertThat(grams(read(text.formatted("false")), "2025-05-01").orElseThrow())
        .isEqualByComparingTo("200");
    assertThat(grams(read(text.formatted("true")), "2025-05-01").orElseThrow())
        .isEqualByComparingTo("120");
  }

  @Test
  void readsHardwareAndRefusesWhatCannotBeSpread() throws Exception {
    Hardware hardware =
        read("""
        schema: sobre-factors/2
        hardware:
          gpus:
            - model: NVIDIA GeForce RTX 2080 Ti
              priceEuro: {value: 438, source: order, date: 2023}
              embodiedKgCo2e: {value: 87.6, uncertaintyPercent: 50, source: s, date: 2023}
              lifeYears: {value: 5, source: plan, date: 2023}
              extendedLifeYears: {value: 10, source: built 2018, date: 2023}
              purchased: 2023
          machines:
            - match: [r410-*, "t630-0[1-4]"]
              gpuCount: 2
              lifeYears: {value: 10, source: plan, date: 2023}
              embodiedKgCo2e: {value: 876, source: s, date: 2023}
            - match: "*"
              gpuCount: 1
              gpusIncluded: true
              lifeYears: {value: 10, source: plan, date: 2023}
              embodiedKgCo2e: {value: 1752, source: s, date: 2023}
        """)
            .hardware();
    String type = "nvidia_geforce_rtx_2080_ti";
    LocalDate day = LocalDate.of(2027, 12, 31);
    Hardware.GpuHour hour = hardware.embodied(type, "t630-03", day, GpuCatalog.EMPTY);
    assertThat(hour.gpu().orElseThrow().perHour()).isEqualByComparingTo("1");
    assertThat(hour.machine().orElseThrow().perHour()).isEqualByComparingTo("5");
    assertThat(hour.total().orElseThrow()).isEqualByComparingTo("6");
    assertThat(hour.gpu().orElseThrow().uncertainty().orElseThrow()).isEqualByComparingTo("0.5");
    assertThat(hour.machine().orElseThrow().uncertainty()).as("its source says none").isEmpty();
    // the price over the years here alone: 438 / 43800
    assertThat(hardware.purchase(type, "t630-03", day).total().orElseThrow())
        .isEqualByComparingTo("0.01");
    // the machine's figure has its GPU
    assertThat(hardware.embodied(type, "x1", day, GpuCatalog.EMPTY))
        .isEqualTo(
            new Hardware.GpuHour(
                Optional.empty(),
                hardware.embodied("other", "x1", day, GpuCatalog.EMPTY).machine(),
                true));
    // all of it has been spread
    LocalDate after = LocalDate.of(2028, 1, 1);
    assertThat(hardware.purchase(type, "t630-03", after).total().orElseThrow()).isZero();
    assertThat(hardware.purchase("tesla_k80", "t630-03", day).total()).isEmpty();
    assertThatThrownBy(
            () ->
                read(
                    """
                    schema: sobre-factors/2
                    hardware:
                      gpus:
                        - model: x
                          priceEuro: {value: 400, source: order, date: 2023}
                        - model: y
                          lifeYears: {value: 5, source: plan, date: 2023}
                          extendedLifeYears: {value: 4, source: plan, date: 2023}
                      machines:
                        - {match: "n[01-12]"}
                    """))
        .hasMessageContaining("hardware.gpus[0].priceEuro: priceEuro needs lifeYears")
        .hasMessageContaining("hardware.gpus[1].extendedLifeYears: expected 5 or more")
        .hasMessageContaining("hardware.machines[0].gpuCount: this key is required")
        .hasMessageContaining("hardware.machines[0].match");
  }

  @Test
  void knowsRentalPricesByDay() throws Exception {
    Factors factors =
        read(
            """
            schema: sobre-factors/2
            cloudEuroPerGpuHour:
              - {model: NVIDIA L4, until: 2026-01-01, value: 0.8, source: list, date: 2025}
              - {model: NVIDIA L4, from: 2026-01-01, value: 0.7, source: list, date: 2026}
              - {model: NVIDIA T4, value: 0.4, source: list, date: 2026}
            """);
    BigDecimal hours = new BigDecimal("100.5");
    assertThat(factors.cloud().euros("nvidia_l4", LocalDate.of(2025, 12, 31), hours).orElseThrow())
        .isEqualByComparingTo("80.4");
    assertThat(factors.cloud().euros("nvidia_l4", LocalDate.of(2026, 1, 1), hours).orElseThrow())
        .isEqualByComparingTo("70.35");
    assertThat(factors.cloud().euros("nvidia_l40s", LocalDate.of(2026, 1, 1), hours)).isEmpty();
  }

  /** 10 h of an A100 (181 kg over 4 years) and 5 h of a card nobody knows (60 kg). */
  @Test
  void addsUpTheHardwareOfAMonth() throws Exception {
    Factors shipped = Factors.load(List.of(SHIPPED));
    LocalDate day = LocalDate.of(2026, 11, 1);
    HardwareUse use =
        HardwareUse.of(
            shipped,
            GpuCatalog.EMPTY,
            day,
            List.of(
                new HardwareUse.GpuTime("nvidia_a100-pcie-40gb", "n1", BigDecimal.TEN),
                new HardwareUse.GpuTime("x", "n2", new BigDecimal(5)),
                new HardwareUse.GpuTime("(no gpu)", "n2", BigDecimal.ZERO)));
    assertThat(use.embodied().amount().orElseThrow().doubleValue())
        .isCloseTo((181_000.0 * 10 + 60_000.0 * 5) / 35_040, within(1e-9));
    assertThat(use.rental().amount()).isEmpty();
    assertThat(use.embodied().withoutTypes()).isEmpty();
    assertThat(use.rental().withoutTypes()).containsExactly("nvidia_a100-pcie-40gb", "x");
    HardwareUse none =
        HardwareUse.of(
            Factors.NONE,
            GpuCatalog.EMPTY,
            day,
            List.of(new HardwareUse.GpuTime("x", "n2", BigDecimal.ONE)));
    assertThat(none.embodied().amount()).isEmpty();
    assertThat(none.embodied().withoutTypes()).containsExactly("x");
  }

  /** Slurm's type of a part has its card's name up to the hyphen, and its profile. */
  @Test
  void aPartOfACardIsItsCardsFraction() throws Exception {
    Factors factors =
        read(
            """
            schema: sobre-factors/2
            hardware:
              lifeYears: {value: 10, source: plan, date: 2026}
              gpus:
                - {model: NVIDIA A100-SXM4-80GB, embodiedKgCo2e: {value: 87.6, source: s, date: 2026}}
                - {model: AMD Instinct MI300X, embodiedKgCo2e: {value: 175.2, source: s, date: 2026}}
                - {model: nvidia_h100-pcie-80gb, embodiedKgCo2e: {value: 200, source: s, date: 2026}}
                - {model: nvidia_h100-sxm5-80gb, embodiedKgCo2e: {value: 300, source: s, date: 2026}}
            cloudEuroPerGpuHour:
              - {model: A100, value: 3, source: list, date: 2026}
            """);
    LocalDate day = LocalDate.of(2026, 11, 1);
    // three eighths of a card for 8 hours
    HardwareUse use =
        HardwareUse.of(
            factors,
            GpuCatalog.EMPTY,
            day,
            List.of(new HardwareUse.GpuTime("nvidia_a100_3g.40gb", "n1", new BigDecimal(3))));
    assertThat(use.rental().amount().orElseThrow()).isEqualByComparingTo("9");
    assertThat(use.embodied().amount().orElseThrow()).isEqualByComparingTo("3");
    for (String type : List.of("nvidia_a100_1g.10gb_me", "nvidia_a100_1c.3g.40gb")) {
      assertThat(factors.cloud().of(type, day)).as(type).isPresent();
    }
    assertThat(
            factors
                .hardware()
                .embodied("amd_instinct_mi300x_cpx", "n1", day, GpuCatalog.EMPTY)
                .total())
        .hasValueSatisfying(grams -> assertThat(grams).isEqualByComparingTo("2"));
    assertThat(
            factors.hardware().embodied("nvidia_h100_1g.10gb", "n1", day, GpuCatalog.EMPTY).gpu())
        .as("of two cards that it may be of")
        .isEmpty();
    assertThat(factors.cloud().of("nvidia_a1000", day)).isEmpty();
  }

  @Test
  void eachMissingHalfIsNamed() throws Exception {
    Factors factors =
        read(
            """
            schema: sobre-factors/2
            hardware:
              lifeYears: {value: 10, source: plan, date: 2026}
              gpus:
                - {model: nvidia_l4, embodiedKgCo2e: {value: 87.6, source: s, date: 2026}}
              machines:
                - {match: "a*", gpuCount: 1, embodiedKgCo2e: {value: 87.6, source: s, date: 2026}}
            """);
    HardwareUse use =
        HardwareUse.of(
            factors,
            GpuCatalog.EMPTY,
            LocalDate.of(2026, 11, 1),
            List.of(
                new HardwareUse.GpuTime("nvidia_l4", "a1", BigDecimal.ONE),
                new HardwareUse.GpuTime("unheard_of", "a1", BigDecimal.ONE),
                new HardwareUse.GpuTime("nvidia_l4", "b1", BigDecimal.ONE)));
    assertThat(use.embodied().amount().orElseThrow()).isEqualByComparingTo("4");
    assertThat(use.embodied().withoutTypes()).containsExactly("unheard_of");
    assertThat(use.embodied().withoutMachines()).containsExactly("b1");
  }

  @Test
  void aLinkToWhatIsAwayIsNotNoFile() throws Exception {
    Path link = Files.createSymbolicLink(root.resolve("linked.yaml"), root.resolve("away/f.yaml"));
    assertThatThrownBy(() -> Factors.load(List.of(link, SHIPPED)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("linked.yaml");
    assertThat(Factors.load(List.of(root.resolve("none.yaml")))).isEqualTo(Factors.NONE);
  }
}
