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
import org.sobre.hardware.message.Language;

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
    return of(report, Language.ENGLISH);
  }

  /**
   * @param language in French fields are separated by semicolons and decimals by a comma, as
   *     spreadsheets there expect
   */
  public static String of(Report report, Language language) {
    boolean french = language == Language.FRENCH;
    List<String> header = new ArrayList<>();
    report.request().by().forEach(key -> header.add(key.jsonName()));
    header.addAll(COLUMNS);
    CSVFormat format =
        CSVFormat.RFC4180
            .builder()
            .setDelimiter(french ? ';' : ',')
            .setHeader(header.toArray(String[]::new))
            .get();
    StringWriter text = new StringWriter();
    try (CSVPrinter csv = new CSVPrinter(text, format)) {
      for (ReportRow row : report.rows()) {
        csv.printRecord(fields(row, french));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("a StringWriter does not fail", e);
    }
    return text.toString();
  }

  private static List<@Nullable Object> fields(ReportRow row, boolean french) {
    List<@Nullable Object> fields = new ArrayList<>(row.keys().values());
    fields.add(row.jobs());
    fields.add(plain(Optional.of(row.gpuHours()), french));
    fields.add(plain(row.energyKilowattHours(), french));
    fields.add(plain(row.co2eGrams(), french));
    fields.add(plain(row.costEuro(), french));
    fields.add(plain(row.coverage(), french));
    fields.add(number(row.items()));
    fields.add(row.itemUnit().orElse(null));
    fields.add(number(row.tokensIn()));
    fields.add(number(row.tokensOut()));
    fields.add(plain(row.itemsPerSecond(), french));
    fields.add(plain(row.itemsPerJoule(), french));
    fields.add(plain(row.itemsPerSecondPerEuro(), french));
    return fields;
  }

  private static @Nullable String plain(Optional<BigDecimal> value, boolean french) {
    return value
        .map(BigDecimal::toPlainString)
        .map(number -> french ? number.replace('.', ',') : number)
        .orElse(null);
  }

  private static @Nullable Long number(OptionalLong value) {
    return value.isPresent() ? value.getAsLong() : null;
  }
}
