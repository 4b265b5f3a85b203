package org.sobre.accounting.report;

import java.math.BigDecimal;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.sobre.accounting.factors.Factors;
import org.sobre.accounting.factors.HardwareUse;
import org.sobre.accounting.factors.HardwareUse.GpuTime;
import org.sobre.accounting.store.Period;
import org.sobre.hardware.catalog.GpuCatalog;

/** What the GPU hours of rows took of machines, month by month, for lives end and prices change. */
final class HardwareRows {

  private final RowUsage usage;
  private final ReportRequest request;
  private final Factors factors;
  private final GpuCatalog catalog;
  private final Map<Map<ReportKey, String>, HardwareUse> rows = new HashMap<>();

  HardwareRows(RowUsage usage, ReportRequest request, Factors factors, GpuCatalog catalog) {
    this.usage = usage;
    this.request = request;
    this.factors = factors;
    this.catalog = catalog;
  }

  /** By the names of rows. */
  Map<Map<ReportKey, String>, HardwareUse> of(Period extent) throws SQLException {
    List<ReportKey> keys = new ArrayList<>(request.keysOfRuns());
    int own = keys.size();
    for (ReportKey key : List.of(ReportKey.GPU, ReportKey.NODE)) {
      if (!keys.contains(key)) {
        keys.add(key);
      }
    }
    List<Period> parts =
        request.by().contains(ReportKey.DAY) ? request.days(extent) : request.months(extent);
    for (Period part : parts) {
      for (Map.Entry<List<String>, DrawnSum> one : usage.rows(keys, part).entrySet()) {
        List<String> names = one.getKey();
        BigDecimal hours = RowSum.gpuHours(one.getValue().sum());
        GpuTime time =
            new GpuTime(
                names.get(keys.indexOf(ReportKey.GPU)),
                names.get(keys.indexOf(ReportKey.NODE)),
                hours);
        rows.merge(
            request.names(names.subList(0, own), part),
            HardwareUse.of(
                factors, catalog, request.day(part.since().orElseThrow()), List.of(time)),
            HardwareUse::plus);
      }
    }
    return rows;
  }
}
