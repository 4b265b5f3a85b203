package org.sobre.accounting.report;

import java.util.Comparator;
import java.util.Map;
import java.util.stream.Collectors;
import org.sobre.accounting.labs.LabMap;

/** In which order rows stand. */
final class RowOrder {

  private static final String UNNAMED = "(";

  /** By their names. */
  static final Comparator<Map<ReportKey, String>> OF_NAMES =
      Comparator.comparing(
          names ->
              names.values().stream().map(RowOrder::sortable).collect(Collectors.joining("\n")));

  private RowOrder() {}

  /** Names in brackets, which are of what has none, and what is nobody's after everything else. */
  private static String sortable(String name) {
    return name.startsWith(UNNAMED) || name.equals(LabMap.UNASSIGNED) ? "\uffff" + name : name;
  }
}
