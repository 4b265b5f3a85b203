package org.sobre.accounting.factors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sobre.hardware.config.Problems;
import org.sobre.hardware.config.YamlDocument;

final class GridCsvTest {

  private static final ZoneId PARIS = ZoneId.of("Europe/Paris");
  private static final BigInteger KILOWATT_HOUR = new BigInteger("3600000000000");

  @TempDir Path root;

  private static BigDecimal at(String csv, String instant) {
    GridCsv read = GridCsv.of(csv);
    assertThat(read.problems()).isEmpty();
    return read.series("s", "2026").at(Instant.parse(instant), PARIS).orElseThrow();
  }

  @Test
  void readsMonthsInTheZoneOfTheReport() {
    String csv = "month,gCo2ePerKwh\n2026-01,30\n2026-02,20.5\n";
    assertThat(at(csv, "2026-01-31T22:59:59Z")).isEqualByComparingTo("30");
    assertThat(at(csv, "2026-01-31T23:00:00Z")).isEqualByComparingTo("20.5");
    assertThat(GridCsv.of(csv).series("s", "2026").at(Instant.parse("2026-03-02T00:00:00Z"), PARIS))
        .isEmpty();
  }

  @Test
  void readsTheHourThatComesTwiceInOctober() {
    String csv =
        """
        hour,gCo2ePerKwh
        2026-10-25T01:00:00+02:00,10
        2026-10-25T02:00:00+02:00,11
        2026-10-25T02:00:00+01:00,12
        2026-10-25T03:00:00+01:00,13
        """;
    assertThat(at(csv, "2026-10-25T00:30:00Z")).isEqualByComparingTo("11");
    assertThat(at(csv, "2026-10-25T01:30:00Z")).isEqualByComparingTo("12");
    assertThat(at(csv, "2026-10-25T02:00:00Z")).isEqualByComparingTo("13");
    assertThat(GridCsv.of(csv).series("s", "2026").holes()).isZero();
  }

  @Test
  void readsWhatOdreExports() {
    String labels =
        "\uFEFF"
            + """
            Périmètre;Nature;Date;Heure;Date et Heure;Consommation (MW);Taux de CO2 (g/kWh)
            France;Données définitives;2023-01-01;00:00;2023-01-01T00:00:00+01:00;46862;20
            France;Données définitives;2023-01-01;00:30;2023-01-01T00:30:00+01:00;46182;23
            France;Données définitives;2023-01-01;01:00;2023-01-01T01:00:00+01:00;44322;18,5
            France;Données définitives;2023-01-01;01:15;2023-01-01T01:15:00+01:00;;
            France;Données définitives;2023-01-01;01:30;2023-01-01T01:30:00+01:00;44012;19,5
            """;
    assertThat(at(labels, "2022-12-31T23:10:00Z")).isEqualByComparingTo("21.5");
    assertThat(at(labels, "2023-01-01T00:59:00Z")).isEqualByComparingTo("19");
    String api =
        """
        date_heure,taux_co2
        2023-01-01T00:45:00+00:00,40
        2023-01-01T00:30:00+00:00,30
        2023-01-01T00:15:00+00:00,20
        2023-01-01T00:00:00+00:00,10
        """;
    assertThat(at(api, "2023-01-01T00:00:00Z")).isEqualByComparingTo("25");
  }

  private static List<String> remarks(Path root, String csv) throws Exception {
    Files.writeString(root.resolve("grid.csv"), csv);
    Path file =
        Files.writeString(
            root.resolve("factors.yaml"),
            """
            schema: sobre-factors/2
            gCo2ePerKwh: [{csv: grid.csv, basis: direct, source: RTE, date: 2026}]
            """);
    Problems problems = new Problems();
    Factors.from(YamlDocument.read(file, problems));
    problems.refuseIfAny();
    return problems.remarks().stream().map(Object::toString).toList();
  }

  @Test
  void aQuarterOfAnHourDoesNotStandForTheHour() throws Exception {
    String api =
        """
        date_heure,taux_co2
        2023-01-01T00:00:00+00:00,10
        2023-01-01T00:30:00+00:00,30
        2023-01-01T01:00:00+00:00,50
        2023-01-01T02:15:00+00:00,10
        2023-01-01T02:45:00+00:00,10
        """;
    GridSeries series = GridCsv.of(api).series("s", "2026");
    assertThat(series.hours()).containsOnlyKeys(Instant.parse("2023-01-01T00:00:00Z"));
    assertThat(remarks(root, api))
        .singleElement()
        .asString()
        .contains("lacks some quarters or halves of 2 hours", "2023-01-01T01:00:00Z");
    assertThat(GridCsv.of("date_heure,taux_co2\n2023-01-01T00:00:00+00:00,10\n").problems())
        .containsExactly("expected an hour with all of its quarters or halves, found none");
  }

  @Test
  void twoStatesOfOneTimeAreNotAveraged() {
    assertThat(
            GridCsv.of(
                    """
                    date_heure,taux_co2
                    2023-01-01T00:00:00+00:00,10
                    2023-01-01T01:00:00+01:00,100
                    """)
                .problems())
        .anySatisfy(
            problem ->
                assertThat(problem)
                    .startsWith(
                        "line 3: expected each time once, found 2023-01-01T01:00:00+01:00"));
  }

  @Test
  void monthsThatAreMissingAreRemarked() throws Exception {
    assertThat(remarks(root, "month,gCo2ePerKwh\n2025-11,30\n2026-03,20\n2026-01,10\n"))
        .singleElement()
        .asString()
        .contains("lacks 2 months between its first and its last, the first one 2025-12");
    assertThat(remarks(root, "month,gCo2ePerKwh\n2025-12,30\n2026-01,20\n")).isEmpty();
  }

  @Test
  void saysWhatIsWrongWithTheLine() {
    assertThat(GridCsv.of("stunde,g\n1,2\n").problems())
        .singleElement()
        .asString()
        .contains("expected the columns month or hour and gCo2ePerKwh", "found: stunde, g");
    assertThat(GridCsv.of("hour,gCo2ePerKwh\n2026-01-01T00:00,20\n").problems())
        .containsExactly(
            "line 2: expected a time with its offset as 2026-10-25T02:00:00+02:00,"
                + " found \"2026-01-01T00:00\"");
    assertThat(
            GridCsv.of("hour,gCo2ePerKwh\n2026-01-01T00:00Z,-3\n2026-01-01T00:30Z,3\n").problems())
        .containsExactly(
            "line 2: expected a number of grams from 0 to 10000, found \"-3\"",
            "line 3: expected each full hour or month once, found 2026-01-01T00:30Z");
    assertThat(GridCsv.of("month,gCo2ePerKwh\n2026-01,1\n2026-01,2\n").problems()).hasSize(1);
    assertThat(GridCsv.of("month,gCo2ePerKwh\n").problems()).hasSize(1);
    assertThat(GridCsv.of("").problems()).hasSize(1);
    assertThat(GridCsv.of("month,month\n").problems()).isNotEmpty();
    assertThat(GridCsv.of("month,gCo2ePerKwh\n2026-01\n").problems()).hasSize(1);
    assertThat(GridCsv.of("month,gCo2ePerKwh\n\"2026-01,2\n").problems()).isNotEmpty();
  }

  @Test
  void aHoleIsRemarkedAndNamedByTheReportThatNeedsIt() throws Exception {
    Files.writeString(
        root.resolve("grid.csv"),
        "hour,gCo2ePerKwh\n2026-01-01T00:00Z,10\n2026-01-01T01:00Z,20\n2026-01-01T03:00Z,40\n");
    Path file =
        Files.writeString(
            root.resolve("factors.yaml"),
            """
            schema: sobre-factors/2
            gCo2ePerKwh: [{csv: grid.csv, basis: direct, source: RTE, date: 2026}]
            """);
    Problems problems = new Problems();
    Factors factors = Factors.from(YamlDocument.read(file, problems));
    problems.refuseIfAny();
    assertThat(problems.remarks())
        .singleElement()
        .asString()
        .contains("lacks 1 hours between", "2026-01-01T02:00:00Z");
    PeriodFactors period =
        new PeriodFactors(
            factors,
            PARIS,
            Instant.parse("2026-01-01T00:00:00Z"),
            Instant.parse("2026-01-01T06:00:00Z"));
    EnergyOverTime before = EnergyOverTime.of(Instant.parse("2026-01-01T00:00:00Z"), KILOWATT_HOUR);
    before.add(Instant.parse("2026-01-01T03:00:00Z"), KILOWATT_HOUR);
    assertThat(period.gramsCo2e(before).orElseThrow()).isEqualByComparingTo("50");
    assertThat(period.applied(before).gaps()).isEmpty();
    before.add(Instant.parse("2026-01-01T02:00:00Z"), KILOWATT_HOUR);
    assertThat(period.gramsCo2e(before)).isEmpty();
    assertThat(period.applied(before).gaps())
        .singleElement()
        .extracting(gap -> gap.said(PARIS))
        .isEqualTo("gCo2ePerKwh: no value from 2026-01-01 03:00 to 2026-01-01 04:00");
  }

  @Test
  void aNameThatIsNoPathIsAProblemAtItsKey() {
    Problems problems = new Problems();
    Factors.from(
        YamlDocument.parse(
            "factors.yaml",
            """
            schema: sobre-factors/2
            gCo2ePerKwh: [{csv: "a\\0b", basis: direct, source: RTE, date: 2026}]
            """,
            problems));
    assertThat(problems.all())
        .singleElement()
        .asString()
        .contains("gCo2ePerKwh[0].csv: cannot read");
  }

  @Test
  void aFileThatIsNotThereIsAProblemAtItsKey() throws Exception {
    Path file =
        Files.writeString(
            root.resolve("factors.yaml"),
            """
            schema: sobre-factors/2
            gCo2ePerKwh: [{csv: none.csv, basis: direct, source: RTE, date: 2026}]
            """);
    assertThatThrownBy(() -> Factors.load(List.of(file)))
        .hasMessageContaining("gCo2ePerKwh[0].csv: cannot read none.csv");
  }
}
