package org.sobre.accounting.report;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.sobre.accounting.labs.LabMap;
import org.sobre.accounting.store.Period;
import org.sobre.accounting.store.UsageFilter;
import org.sobre.accounting.store.UsageKey;

/** Usage of a part of a report's period by the report's own keys, of the jobs it asks for. */
final class RowUsage {

  private final DrawnUsage usage;
  private final ReportRequest request;
  private final Period bounds;

  /**
   * @param bounds of the whole period, both there
   */
  RowUsage(DrawnUsage usage, ReportRequest request, Period bounds) {
    this.usage = usage;
    this.request = request;
    this.bounds = bounds;
  }

  /**
   * By the names of the keys.
   *
   * @param keys of runs; none asks for one row of all
   */
  Map<List<String>, DrawnSum> rows(List<ReportKey> keys, Period part) throws SQLException {
    LabMap labs = request.labs();
    UsageFilter filter = request.filter().usage(labs);
    boolean maps = keys.contains(ReportKey.LAB) || request.filter().labs(labs).isPresent();
    if (maps && !labs.equals(LabMap.BY_ACCOUNT)) {
      return new LabRows(usage, request, keys, filter)
          .of(request.stretches(part, bounds), bounds.since().orElseThrow());
    }
    List<UsageKey> asked = asked(keys);
    Map<List<String>, DrawnSum> rows = new HashMap<>();
    usage
        .of(asked, filter, part)
        .forEach(
            (names, sum) -> {
              List<String> row = new ArrayList<>();
              for (ReportKey key : keys) {
                row.add(names.get(asked.indexOf(key.usageKey().orElseThrow())));
              }
              rows.merge(row, sum, DrawnSum::plus);
            });
    return rows;
  }

  /** What the store tells apart for them, each once. */
  static List<UsageKey> asked(List<ReportKey> keys) {
    return keys.stream().flatMap(key -> key.usageKey().stream()).distinct().toList();
  }
}
