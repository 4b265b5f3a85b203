package org.sobre.cli;

import com.github.freva.asciitable.AsciiTable;
import com.github.freva.asciitable.Column;
import com.github.freva.asciitable.HorizontalAlign;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Aligned columns under upper-case headings, without borders; for eyes and for awk. */
final class PlainTable {

  /** A cell is never cut: a name that is cut cannot be copied. */
  private static final int WIDEST_CELL = 200;

  private final List<Column> columns = new ArrayList<>();
  private final List<String[]> rows = new ArrayList<>();

  PlainTable text(String heading) {
    return column(heading, HorizontalAlign.LEFT);
  }

  PlainTable number(String heading) {
    return column(heading, HorizontalAlign.RIGHT);
  }

  private PlainTable column(String heading, HorizontalAlign align) {
    columns.add(
        new Column().header(heading).headerAlign(align).dataAlign(align).maxWidth(WIDEST_CELL));
    return this;
  }

  /** As many cells as there are columns. */
  PlainTable row(String... cells) {
    if (cells.length != columns.size()) {
      throw new IllegalArgumentException(
          "expected " + columns.size() + " cells, found " + cells.length);
    }
    rows.add(cells.clone());
    return this;
  }

  /** Lines without blanks at either end of the table, each ended by a line feed. */
  String render() {
    String table =
        AsciiTable.getTable(
            AsciiTable.NO_BORDERS, columns.toArray(new Column[0]), rows.toArray(new String[0][]));
    return table
        .lines()
        .filter(line -> !line.isBlank())
        .map(line -> (line.startsWith(" ") ? line.substring(1) : line).stripTrailing() + "\n")
        .collect(Collectors.joining());
  }
}
