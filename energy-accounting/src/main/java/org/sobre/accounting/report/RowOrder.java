package org.sobre.accounting.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.sobre.accounting.labs.LabMap;

/** In which order rows stand. */
final class RowOrder {

  private static final String UNNAMED = "(";

  /** The names of a row, and them in one text by which it has its place. */
  private record Placed(String place, Map<ReportKey, String> names) implements Comparable<Placed> {

    @Override
    public int compareTo(Placed other) {
      return place.compareTo(other.place);
    }
  }

  private RowOrder() {}

  /** By their names. */
  static List<Map<ReportKey, String>> sorted(Set<Map<ReportKey, String>> rows) {
    List<Placed> placed = new ArrayList<>(rows.size());
    for (Map<ReportKey, String> names : rows) {
      placed.add(new Placed(place(names), names));
    }
    placed.sort(null);
    List<Map<ReportKey, String>> sorted = new ArrayList<>(placed.size());
    placed.forEach(row -> sorted.add(row.names()));
    return sorted;
  }

  private static String place(Map<ReportKey, String> names) {
    List<String> sortable = new ArrayList<>(names.size());
    names.values().forEach(name -> sortable.add(sortable(name)));
    return String.join("\n", sortable);
  }

  /** Names in brackets, which are of what has none, and what is nobody's after everything else. */
  private static String sortable(String name) {
    return name.startsWith(UNNAMED) || name.equals(LabMap.UNASSIGNED) ? "\uffff" + name : name;
  }
}
