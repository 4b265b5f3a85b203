package org.sobre.accounting.factors;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.sobre.accounting.factors.FactorTimeline.Entry;
import org.sobre.hardware.config.Problems;
import org.sobre.hardware.config.YamlDocument;

final class PeriodFactorsTest {

  private static final ZoneId PARIS = ZoneId.of("Europe/Paris");
  private static final BigDecimal MICROJOULES_PER_KILOWATT_HOUR = new BigDecimal("3600000000000");

  static LongStream seeds() {
    return LongStream.range(0, Long.getLong("sobre.seeds", 100));
  }

  private static Factor factor(long thousandths) {
    return new Factor(BigDecimal.valueOf(thousandths, 3), "s", "2026");
  }

  /** Energy by the hour, priced hour by hour here, and in spans there. */
  @ParameterizedTest
  @MethodSource("seeds")
  void addsUpAsHourByHour(long seed) {
    Random random = new Random(seed);
    LocalDate first = LocalDate.of(2026, random.nextBoolean() ? 3 : 10, 20);
    Instant since = first.atStartOfDay(PARIS).toInstant();
    Instant until = first.plusDays(12).atStartOfDay(PARIS).toInstant();
    List<Long> pues = daily(random, 1000, 2000);
    List<Long> grams = daily(random, 1, 60_000);
    int begin = random.nextInt(24);
    long night = 50L + random.nextInt(100);
    Factors factors = factors(first, pues, grams, begin, night);
    PeriodFactors period = new PeriodFactors(factors, PARIS, since, until);

    BigDecimal expectedGrams = BigDecimal.ZERO;
    BigDecimal expectedEuros = BigDecimal.ZERO;
    EnergyOverTime drawn = new EnergyOverTime();
    EnergyOverTime bySort = new EnergyOverTime();
    for (Instant hour = since; hour.isBefore(until); hour = hour.plus(Duration.ofHours(1))) {
      ZonedDateTime local = hour.atZone(PARIS);
      int day = (int) first.until(local.toLocalDate(), ChronoUnit.DAYS);
      BigInteger energy = new BigInteger(44, random);
      BigDecimal pue = BigDecimal.valueOf(pues.get(day), 3);
      boolean isNight = (local.getHour() - begin + 24) % 24 < 8;
      BigDecimal roomEnergy = new BigDecimal(energy).multiply(pue);
      expectedGrams = expectedGrams.add(roomEnergy.multiply(BigDecimal.valueOf(grams.get(day), 3)));
      expectedEuros =
          expectedEuros.add(roomEnergy.multiply(BigDecimal.valueOf(isNight ? night : 200, 3)));
      drawn.add(period.begins().floor(hour), energy);
      bySort.add(period.firstAs(period.begins().floor(hour)), energy);
    }
    assertThat(period.gramsCo2e(bySort)).as("seed %d", seed).isEqualTo(period.gramsCo2e(drawn));
    assertThat(period.euros(bySort)).as("seed %d", seed).isEqualTo(period.euros(drawn));
    assertThat(period.gramsCo2e(drawn))
        .as("seed %d", seed)
        .contains(expectedGrams.divide(MICROJOULES_PER_KILOWATT_HOUR, MathContext.DECIMAL128));
    assertThat(period.euros(drawn))
        .as("seed %d", seed)
        .contains(expectedEuros.divide(MICROJOULES_PER_KILOWATT_HOUR, MathContext.DECIMAL128));
    assertThat(period.applied(drawn).gaps()).isEmpty();
  }

  private static List<Long> daily(Random random, int min, int max) {
    List<Long> values = new ArrayList<>();
    long value = min + (long) random.nextInt(max - min);
    for (int day = 0; day < 12; day++) {
      values.add(value);
      value = random.nextInt(3) == 0 ? min + (long) random.nextInt(max - min) : value;
    }
    return values;
  }

  private static Factors factors(
      LocalDate first, List<Long> pues, List<Long> grams, int begin, long night) {
    List<Entry<Factor>> pue = new ArrayList<>();
    List<Entry<GridRate>> grid = new ArrayList<>();
    for (int day = 0; day < pues.size(); day++) {
      Days one = Days.between(first.plusDays(day), first.plusDays(day + 1));
      pue.add(new Entry<>(one, factor(pues.get(day))));
      grid.add(
          new Entry<>(
              one, new GridRate(factor(grams.get(day)), Optional.of(GridRate.Basis.DIRECT))));
    }
    int end = (begin + 8) % 24;
    String classes =
        String.format(
            Locale.ROOT,
            """
            schema: sobre-factors/2
            euroPerKwh:
              - classes:
                  night: {value: %s, hours: "%02d:00-%02d:00"}
                  day: {value: 0.200, hours: "%02d:00-%02d:00"}
                source: s
                date: 2026
            """,
            BigDecimal.valueOf(night, 3),
            begin,
            end,
            end,
            begin);
    Problems problems = new Problems();
    Factors prices = Factors.from(YamlDocument.parse("factors.yaml", classes, problems));
    assertThat(problems.all()).isEmpty();
    return new Factors(
        FactorTimeline.of(pue),
        FactorTimeline.of(grid),
        prices.price(),
        FactorTimeline.none(),
        Hardware.NONE,
        CloudPrices.NONE,
        Optional.empty());
  }

  @Test
  void nightsOfOnePriceAreOneSort() {
    LocalDate first = LocalDate.of(2026, 3, 20);
    List<Long> same = Collections.nCopies(12, 1500L);
    PeriodFactors period =
        new PeriodFactors(
            factors(first, same, same, /* begin= */ 22, /* night= */ 100),
            PARIS,
            first.atStartOfDay(PARIS).toInstant(),
            first.plusDays(12).atStartOfDay(PARIS).toInstant());
    assertThat(period.begins()).hasSizeGreaterThan(20);
    assertThat(period.begins().stream().map(period::firstAs).distinct()).hasSize(2);
  }

  @Test
  void aYearOfAConstantFactorIsOneSpan() {
    Factors factors =
        new Factors(
            Optional.empty(), Optional.of(factor(21_700)), Optional.empty(), Optional.empty());
    Instant since = Instant.parse("2025-12-31T23:00:00Z");
    PeriodFactors year =
        new PeriodFactors(factors, PARIS, since, Instant.parse("2026-12-31T23:00:00Z"));
    assertThat(year.granularity()).isEqualTo(Granularity.CONSTANT);
    assertThat(year.begins()).containsExactly(since);
  }

  @Test
  void namesTheGapThatEnergyFellInto() {
    Factors factors =
        new Factors(
            FactorTimeline.none(),
            FactorTimeline.of(
                List.of(
                    new Entry<>(
                        new Days(Optional.empty(), Optional.of(LocalDate.of(2025, 1, 1))),
                        new GridRate(factor(20_000), Optional.empty())),
                    new Entry<>(
                        new Days(Optional.of(LocalDate.of(2025, 4, 1)), Optional.empty()),
                        new GridRate(factor(30_000), Optional.empty())))),
            FactorTimeline.none(),
            FactorTimeline.none(),
            Hardware.NONE,
            CloudPrices.NONE,
            Optional.empty());
    PeriodFactors year =
        new PeriodFactors(
            factors,
            PARIS,
            Instant.parse("2024-06-30T22:00:00Z"),
            Instant.parse("2025-12-31T23:00:00Z"));
    assertThat(year.granularity()).isEqualTo(Granularity.DAY);
    BigInteger kilowattHour = MICROJOULES_PER_KILOWATT_HOUR.toBigInteger();
    EnergyOverTime outside = EnergyOverTime.of(year.begins().first(), kilowattHour);
    outside.add(Instant.parse("2025-03-31T22:00:00Z"), kilowattHour);
    assertThat(year.gramsCo2e(outside).orElseThrow()).isEqualByComparingTo("50");
    assertThat(year.applied(outside).gaps()).isEmpty();
    EnergyOverTime within =
        EnergyOverTime.of(Instant.parse("2024-12-31T23:00:00Z"), BigInteger.ONE);
    assertThat(year.gramsCo2e(within)).isEmpty();
    AppliedFactors applied = year.applied(within);
    assertThat(applied.gaps())
        .singleElement()
        .extracting(gap -> gap.said(PARIS))
        .isEqualTo("gCo2ePerKwh: no value from 2025-01-01 to 2025-03-31");
    assertThat(applied.lacks(Factors.GRID)).isTrue();
    assertThat(applied.onlyGrid()).isEmpty();
    assertThat(applied.grid()).hasSize(2);
  }
}
