package org.sobre.accounting.report;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;
import org.jspecify.annotations.Nullable;

/**
 * A report as CSV (RFC 4180): a header and one record a row, under the names of the JSON keys; what
 * is not known is an empty field. No totals, so that a column can be added up.
 */
public final class CsvReport {

  private static final List<String> COLUMNS =
      List.of(
          "jobs",
          "gpuHours",
          "energyKWh",
          "co2eGrams",
          "costEuro",
          "coverage",
          "items",
          "itemUnit",
          "tokensIn",
          "tokensOut",
          "itemsPerSecond",
          "itemsPerJoule",
          "itemsPerSecondPerEuro");

  private CsvReport() {}

  public static String of(Report report) {
    List<String> header = new ArrayList<>();
    report.request().by().forEach(key -> header.add(key.jsonName()));
    header.addAll(COLUMNS);
    CSVFormat format = CSVFormat.RFC4180.builder().setHeader(header.toArray(String[]::new)).get();
    StringWriter text = new StringWriter();
    try (CSVPrinter csv = new CSVPrinter(text, format)) {
      for (ReportRow row : report.rows()) {
        csv.printRecord(fields(row));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("a StringWriter does not fail", e);
    }
    return text.toString();
  }

  private static List<@Nullable Object> fields(ReportRow row) {
    List<@Nullable Object> fields = new ArrayList<>(row.keys().values());
    fields.add(row.jobs());
    fields.add(row.gpuHours().toPlainString());
    fields.add(plain(row.energyKilowattHours()));
    fields.add(plain(row.co2eGrams()));
    fields.add(plain(row.costEuro()));
    fields.add(plain(row.coverage()));
    fields.add(number(row.items()));
    fields.add(row.itemUnit().orElse(null));
    fields.add(number(row.tokensIn()));
    fields.add(number(row.tokensOut()));
    fields.add(plain(row.itemsPerSecond()));
    fields.add(plain(row.itemsPerJoule()));
    fields.add(plain(row.itemsPerSecondPerEuro()));
    return fields;
  }

  private static @Nullable String plain(Optional<BigDecimal> value) {
    return value.map(BigDecimal::toPlainString).orElse(null);
  }

  private static @Nullable Long number(OptionalLong value) {
    return value.isPresent() ? value.getAsLong() : null;
  }
}
