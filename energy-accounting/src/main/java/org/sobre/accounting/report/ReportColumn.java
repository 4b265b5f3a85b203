package org.sobre.accounting.report;

import static java.util.Objects.requireNonNull;

import java.util.function.Function;

/**
 * A column of a report as people read it.
 *
 * @param isKey whether it names the row; else it is a number
 * @param value its text, empty where nothing is known
 */
public record ReportColumn(String header, boolean isKey, Function<ReportRow, String> value) {

  public ReportColumn {
    requireNonNull(header, "header");
    requireNonNull(value, "value");
  }

  public String of(ReportRow row) {
    return value.apply(row);
  }
}
