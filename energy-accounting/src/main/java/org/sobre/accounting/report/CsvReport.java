package org.sobre.accounting.report;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;
import org.jspecify.annotations.Nullable;
import org.sobre.hardware.message.Language;

/**
 * A report as CSV (RFC 4180): a header and one record a row, under the names of the JSON keys; what
 * is not known is an empty field. No totals, so that a column can be added up.
 */
public final class CsvReport {

  /**
   * With which a spreadsheet takes a cell for a formula (owasp.org, CSV injection); and the
   * apostrophe itself, so that whoever takes one off the front has the name.
   */
  private static final String FORMULA = "=+-@\t\r\n'\uff1d\uff0b\uff0d\uff20";

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
    List<ReportField> asked = report.request().fields();
    List<ReportField> columns = asked.isEmpty() ? ReportField.usual() : asked;
    List<String> header = new ArrayList<>();
    report.request().by().forEach(key -> header.add(key.jsonName()));
    columns.forEach(field -> header.add(field.jsonName()));
    StringWriter text = new StringWriter();
    try (CSVPrinter csv = printer(text, header, french)) {
      for (ReportRow row : report.rows()) {
        csv.printRecord(cells(row, columns, french));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("a StringWriter does not fail", e);
    }
    return text.toString();
  }

  /** Of records under a header. */
  public static CSVPrinter printer(StringWriter text, List<String> header, boolean french)
      throws IOException {
    return CSVFormat.RFC4180
        .builder()
        .setDelimiter(french ? ';' : ',')
        .setHeader(header.toArray(String[]::new))
        .get()
        .print(text);
  }

  private static List<@Nullable String> cells(
      ReportRow row, List<ReportField> columns, boolean french) {
    List<@Nullable String> cells = new ArrayList<>();
    row.keys().values().forEach(name -> cells.add(harmless(name)));
    for (ReportField field : columns) {
      cells.add(
          field
              .text(row)
              .map(text -> field.isNumber() ? number(text, french) : harmless(text))
              .orElse(null));
    }
    return cells;
  }

  /** A number as spreadsheets of the language expect it. */
  public static String number(String plain, boolean french) {
    return french ? plain.replace('.', ',') : plain;
  }

  /** A name, with an apostrophe before what would begin a formula. */
  public static String harmless(String name) {
    return !name.isEmpty() && FORMULA.indexOf(name.charAt(0)) >= 0 ? "'" + name : name;
  }
}
