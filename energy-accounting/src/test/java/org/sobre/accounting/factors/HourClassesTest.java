package org.sobre.accounting.factors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;
import org.sobre.hardware.config.Problems;
import org.sobre.hardware.config.YamlDocument;

final class HourClassesTest {

  private static final ZoneId PARIS = ZoneId.of("Europe/Paris");
  private static final String NIGHTS =
      """
      schema: sobre-factors/2
      euroPerKwh:
        - classes:
            hc: {value: 0.10, hours: "22:00-06:00"}
            hp: {value: 0.20, hours: "06:00-22:00"}
          source: contract
          date: 2026
      """;

  private static Factors read(String text) throws Exception {
    Problems problems = new Problems();
    Factors factors = Factors.from(YamlDocument.parse("factors.yaml", text, problems));
    problems.refuseIfAny();
    return factors;
  }

  private static long nightHours(PeriodFactors factors, Instant begin, Instant end) {
    long hours = 0;
    for (Instant hour = begin; hour.isBefore(end); hour = hour.plus(Duration.ofHours(1))) {
      if (factors.eurosPerKilowattHour(hour).orElseThrow().compareTo(new BigDecimal("0.10")) == 0) {
        hours++;
      }
    }
    return hours;
  }

  private static PeriodFactors day(Factors factors, String day) {
    LocalDate date = LocalDate.parse(day);
    return new PeriodFactors(
        factors,
        PARIS,
        date.atStartOfDay(PARIS).toInstant(),
        date.plusDays(1).atStartOfDay(PARIS).toInstant());
  }

  private static long nightHours(Factors factors, String day) {
    LocalDate date = LocalDate.parse(day);
    return nightHours(
        day(factors, day),
        date.atStartOfDay(PARIS).toInstant(),
        date.plusDays(1).atStartOfDay(PARIS).toInstant());
  }

  @Test
  void followsTheClockOfThePlaceOverDaysOf23And25Hours() throws Exception {
    Factors factors = read(NIGHTS);
    assertThat(nightHours(factors, "2026-06-15")).isEqualTo(8);
    assertThat(nightHours(factors, "2026-03-29")).isEqualTo(7);
    assertThat(nightHours(factors, "2026-10-25")).isEqualTo(9);
    assertThat(nightHours(factors, "2028-02-29")).isEqualTo(8);
  }

  @Test
  void isCutWhereThePriceChanges() throws Exception {
    PeriodFactors summer = day(read(NIGHTS), "2026-06-15");
    assertThat(summer.granularity()).isEqualTo(Granularity.HOUR);
    assertThat(summer.begins())
        .containsExactly(
            Instant.parse("2026-06-14T22:00:00Z"),
            Instant.parse("2026-06-15T04:00:00Z"),
            Instant.parse("2026-06-15T20:00:00Z"));
    // the day with 25 hours: 06:00 of winter time is 05:00 UTC
    assertThat(day(read(NIGHTS), "2026-10-25").begins())
        .containsExactly(
            Instant.parse("2026-10-24T22:00:00Z"),
            Instant.parse("2026-10-25T05:00:00Z"),
            Instant.parse("2026-10-25T21:00:00Z"));
  }

  @Test
  void knowsDaysOfTheWeekAndSeveralRangesAndNightsThatEndTheDayAfter() throws Exception {
    Factors factors =
        read(
            """
            schema: sobre-factors/2
            euroPerKwh:
              - classes:
                  weekend: {value: 0.10, days: "sat,sun"}
                  day: {value: 0.20, hours: "06:00-22:00", days: mon-fri}
                  night: {value: 0.10, hours: ["00:00-06:00", "22:00-24:00"], days: mon-fri}
                source: contract
                date: 2026
            """);
    // Friday 2026-11-20, Saturday, Sunday, Monday
    assertThat(nightHours(factors, "2026-11-20")).isEqualTo(8);
    assertThat(nightHours(factors, "2026-11-21")).isEqualTo(24);
    assertThat(nightHours(factors, "2026-11-23")).isEqualTo(8);
  }

  @Test
  void namesWhatIsWrongOfAllClassesAtOnce() {
    assertThatThrownBy(
            () ->
                read(
                    """
                    schema: sobre-factors/2
                    euroPerKwh:
                      - classes:
                          hc: {value: 0.10, hours: "22:30-06:00"}
                          hp: {value: 0.20, hours: "06:00-22:00", days: monday}
                          x: {value: zero, hour: 3}
                        source: contract
                        date: 2026
                    """))
        .hasMessageContaining("hc.hours: expected full hours as 22:00-06:00")
        .hasMessageContaining("hp.days: expected days as mon-fri or sat,sun, found \"monday\"")
        .hasMessageContaining("x.value: expected a number")
        .hasMessageContaining("x.hour: unknown key; did you mean \"hours\"?");
    assertThatThrownBy(() -> read(NIGHTS.replace("22:00-06:00", "23:00-07:00")))
        .hasMessageContaining("no class has mon 22:00-23:00 (hours of the week without one: 7)")
        .hasMessageContaining("two classes have mon 06:00-07:00");
  }
}
