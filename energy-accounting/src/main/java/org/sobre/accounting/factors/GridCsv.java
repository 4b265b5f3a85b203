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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.sobre.hardware.config.YamlSection;
import org.sobre.hardware.message.Messages;

/**
 * A CSV of grams per kWh: {@code month,gCo2ePerKwh}, {@code hour,gCo2ePerKwh}, or éCO2mix as ODRÉ
 * exports it ({@code Date et Heure}, {@code Taux de CO2 (g/kWh)}; of the API {@code date_heure},
 * {@code taux_co2}), whose rows of an hour are averaged. Separated by commas, or by semicolons with
 * decimal commas. A time has its offset, so that the hour that comes twice in October is two.
 */
final class GridCsv {

  private static final Messages MESSAGES = Messages.of(GridCsv.class);

  private static final int MOST_PROBLEMS = 3;
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

  private record Sum(BigDecimal total, int parts) {
    Sum plus(Sum more) {
      return new Sum(total.add(more.total), parts + more.parts);
    }

    BigDecimal mean() {
      return total.divide(new BigDecimal(parts), new MathContext(12, RoundingMode.HALF_UP));
    }
  }

  private final List<String> problems = new ArrayList<>();
  private final Map<YearMonth, BigDecimal> months = new HashMap<>();
  private final TreeMap<Instant, Sum> hours = new TreeMap<>();
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
    if (series.holes() > 0) {
      item.problems()
          .remark(
              item.problemAt(
                  key, MESSAGES.text("csv.holes", name, series.holes(), csv.firstHole())));
    }
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

  GridSeries series(String source, String date) {
    TreeMap<Instant, BigDecimal> means = new TreeMap<>();
    hours.forEach((hour, sum) -> means.put(hour, sum.mean()));
    return new GridSeries(months, means, source, date);
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
    if (problems.isEmpty() && months.isEmpty() && hours.isEmpty()) {
      problems.add(MESSAGES.text("csv.empty"));
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
      Instant hour = instant.truncatedTo(ChronoUnit.HOURS);
      if (!form.isOfParts() && (!hour.equals(instant) || hours.containsKey(hour))) {
        problem(parser, MESSAGES.text("csv.twice", time));
        return;
      }
      hours.merge(hour, new Sum(value.get(), 1), Sum::plus);
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
