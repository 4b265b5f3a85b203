package org.sobre.accounting.factors;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.nio.file.InvalidPathException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.YearMonth;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.sobre.hardware.config.YamlSection;
import org.sobre.hardware.message.Messages;

/**
 * A CSV of grams per kWh: {@code month,gCo2ePerKwh}, {@code hour,gCo2ePerKwh}, or éCO2mix as ODRÉ
 * exports it ({@code Date et Heure}, {@code Taux de CO2 (g/kWh)}; of the API {@code date_heure},
 * {@code taux_co2}), whose rows of an hour, of which none may be missing or twice, are averaged.
 * Separated by commas, or by semicolons with decimal commas. A time has its offset, so that the
 * hour that comes twice in October is two.
 */
final class GridCsv {

  private static final Messages MESSAGES = Messages.of(GridCsv.class);

  private static final int MOST_PROBLEMS = 3;
  private static final long SECONDS_PER_HOUR = 3600;
  private static final BigDecimal MAX = new BigDecimal(10_000);
  private static final String BYTE_ORDER_MARK = "\uFEFF";

  /** What a row is of, and in which columns. */
  enum Form {
    MONTHS("month", "gCo2ePerKwh"),
    HOURS("hour", "gCo2ePerKwh"),
    ODRE("Date et Heure", "Taux de CO2 (g/kWh)"),
    ODRE_API("date_heure", "taux_co2");

    private final String time;
    private final String value;

    Form(String time, String value) {
      this.time = time;
      this.value = value;
    }

    static Optional<Form> of(List<String> header) {
      for (Form form : values()) {
        if (header.contains(form.time) && header.contains(form.value)) {
          return Optional.of(form);
        }
      }
      return Optional.empty();
    }

    boolean isOfParts() {
      return this == ODRE || this == ODRE_API;
    }
  }

  private final List<String> problems = new ArrayList<>();
  private final Map<YearMonth, BigDecimal> months = new HashMap<>();
  private final TreeMap<Instant, BigDecimal> hours = new TreeMap<>();
  private final TreeMap<Instant, BigDecimal> parts = new TreeMap<>();
  private final List<Instant> incomplete = new ArrayList<>();
  private final boolean semicolons;

  private GridCsv(boolean semicolons) {
    this.semicolons = semicolons;
  }

  /** The series that a key names; a problem at the key if it cannot be read, a remark on holes. */
  static Optional<GridSeries> read(YamlSection item, String key, SeriesFiles files) {
    String name = item.requiredString(key);
    String source = CitedNumber.source(item);
    Optional<String> date = CitedNumber.date(item);
    if (item.has("value")) {
      item.problem("value", MESSAGES.text("csv.orValue"));
    }
    GridCsv csv;
    try {
      csv = of(files.read(name));
    } catch (IOException | InvalidPathException e) {
      item.problem(key, MESSAGES.text("csv.unreadable", name));
      return Optional.empty();
    }
    csv.problems.forEach(problem -> item.problem(key, name + ": " + problem));
    if (!csv.problems.isEmpty() || date.isEmpty()) {
      return Optional.empty();
    }
    GridSeries series = csv.series(source, date.get());
    csv.remarks(name, series)
        .forEach(remark -> item.problems().remark(item.problemAt(key, remark)));
    return Optional.of(series);
  }

  /** Never fails: what is wrong is in {@link #problems()}. */
  static GridCsv of(String text) {
    String bare = text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text;
    String header = bare.lines().findFirst().orElse("");
    boolean semicolons = header.indexOf(';') >= 0;
    GridCsv csv = new GridCsv(semicolons);
    CSVFormat format =
        CSVFormat.RFC4180
            .builder()
            .setDelimiter(semicolons ? ';' : ',')
            .setHeader()
            .setSkipHeaderRecord(true)
            .setIgnoreEmptyLines(true)
            .get();
    try (CSVParser parser = CSVParser.parse(new StringReader(bare), format)) {
      csv.rows(parser);
    } catch (IOException | IllegalArgumentException | UncheckedIOException e) {
      csv.problems.add(MESSAGES.text("csv.form", String.valueOf(e.getMessage())));
    }
    return csv;
  }

  List<String> problems() {
    return List.copyOf(problems);
  }

  private List<String> remarks(String name, GridSeries series) {
    List<String> remarks = new ArrayList<>();
    if (series.holes() > 0) {
      remarks.add(
          months.isEmpty()
              ? MESSAGES.text("csv.holes", name, series.holes(), firstHole())
              : MESSAGES.text("csv.holes.months", name, series.holes(), firstMonthWithout()));
    }
    if (!incomplete.isEmpty()) {
      remarks.add(MESSAGES.text("csv.parts", name, incomplete.size(), incomplete.get(0)));
    }
    return remarks;
  }

  GridSeries series(String source, String date) {
    return new GridSeries(months, hours, source, date);
  }

  /** Of hours in halves or quarters, each with all of these: a quarter does not stand for four. */
  private void average() {
    TreeMap<Instant, SortedMap<Instant, BigDecimal>> byHour = new TreeMap<>();
    parts.forEach(
        (instant, value) ->
            byHour
                .computeIfAbsent(instant.truncatedTo(ChronoUnit.HOURS), absent -> new TreeMap<>())
                .put(instant, value));
    byHour.forEach(
        (hour, its) -> {
          if (isWhole(hour, its.keySet())) {
            BigDecimal sum = its.values().stream().reduce(BigDecimal.ZERO, BigDecimal::add);
            hours.put(
                hour,
                sum.divide(new BigDecimal(its.size()), new MathContext(12, RoundingMode.HALF_UP)));
          } else {
            incomplete.add(hour);
          }
        });
  }

  private static boolean isWhole(Instant hour, Set<Instant> its) {
    long seconds = SECONDS_PER_HOUR / its.size();
    Instant expected = hour;
    for (Instant one : its) {
      if (!one.equals(expected)) {
        return false;
      }
      expected = expected.plusSeconds(seconds);
    }
    return its.size() > 1;
  }

  private YearMonth firstMonthWithout() {
    YearMonth month = Collections.min(months.keySet());
    while (months.containsKey(month)) {
      month = month.plusMonths(1);
    }
    return month;
  }

  private Instant firstHole() {
    Instant hour = hours.firstKey();
    while (hours.containsKey(hour)) {
      hour = hour.plus(1, ChronoUnit.HOURS);
    }
    return hour;
  }

  private void rows(CSVParser parser) {
    Optional<Form> form = Form.of(parser.getHeaderNames());
    if (form.isEmpty()) {
      problems.add(MESSAGES.text("csv.header", String.join(", ", parser.getHeaderNames())));
      return;
    }
    for (CSVRecord row : parser) {
      if (problems.size() >= MOST_PROBLEMS) {
        return;
      }
      if (!row.isConsistent()) {
        problem(parser, MESSAGES.text("csv.columns"));
      } else if (!row.get(form.get().value).isBlank()) {
        row(form.get(), row, parser);
      }
    }
    average();
    if (problems.isEmpty() && months.isEmpty() && hours.isEmpty()) {
      problems.add(MESSAGES.text(parts.isEmpty() ? "csv.empty" : "csv.noWholeHour"));
    }
  }

  private void row(Form form, CSVRecord row, CSVParser parser) {
    String time = row.get(form.time).strip();
    Optional<BigDecimal> value = value(row.get(form.value).strip());
    if (value.isEmpty()) {
      problem(parser, MESSAGES.text("csv.value", row.get(form.value)));
      return;
    }
    try {
      if (form == Form.MONTHS) {
        if (months.put(YearMonth.parse(time), value.get()) != null) {
          problem(parser, MESSAGES.text("csv.twice", time));
        }
        return;
      }
      Instant instant = OffsetDateTime.parse(time).toInstant();
      if (form.isOfParts()) {
        if (parts.put(instant, value.get()) != null) {
          problem(parser, MESSAGES.text("csv.twicePart", time));
        }
      } else if (!instant.equals(instant.truncatedTo(ChronoUnit.HOURS))
          || hours.put(instant, value.get()) != null) {
        problem(parser, MESSAGES.text("csv.twice", time));
      }
    } catch (DateTimeException e) {
      String key = form == Form.MONTHS ? "csv.month" : "csv.time";
      problem(parser, MESSAGES.text(key, time));
    }
  }

  private Optional<BigDecimal> value(String text) {
    try {
      BigDecimal value = new BigDecimal(semicolons ? text.replace(',', '.') : text);
      return Optional.of(value).filter(v -> v.signum() >= 0 && v.compareTo(MAX) <= 0);
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  private void problem(CSVParser parser, String message) {
    problems.add(MESSAGES.text("csv.line", parser.getCurrentLineNumber(), message));
  }
}
