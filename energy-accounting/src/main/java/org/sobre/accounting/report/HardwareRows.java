package org.sobre.accounting.report;

import java.math.BigDecimal;
import java.math.MathContext;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.sobre.accounting.factors.Factors;
import org.sobre.accounting.factors.HardwareUse;
import org.sobre.accounting.factors.HardwareUse.GpuTime;
import org.sobre.accounting.store.HeldTypes;
import org.sobre.accounting.store.Period;
import org.sobre.accounting.store.UsageKey;
import org.sobre.accounting.store.UsageSum;
import org.sobre.hardware.catalog.GpuCatalog;

/** What the GPU hours of rows took of machines, month by month and price by price. */
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
    for (Period part : parts(extent)) {
      for (Map.Entry<List<String>, DrawnSum> one : usage.rows(keys, part).entrySet()) {
        List<String> names = new ArrayList<>(one.getKey());
        int gpu = keys.indexOf(ReportKey.GPU);
        Map<String, BigDecimal> held = HeldTypes.of(names.get(gpu));
        names.set(gpu, String.join("+", held.keySet()));
        rows.merge(
            request.names(names.subList(0, own), part),
            use(held, names.get(keys.indexOf(ReportKey.NODE)), one.getValue().sum(), part),
            HardwareUse::plus);
      }
    }
    return rows;
  }

  /** Days or months, cut where any rental price changes; lives end with a year. */
  private List<Period> parts(Period extent) {
    List<Period> parts =
        request.by().contains(ReportKey.DAY) ? request.days(extent) : request.months(extent);
    return parts.stream().flatMap(part -> ReportRequest.cut(part, changes(part)).stream()).toList();
  }

  private List<Instant> changes(Period part) {
    LocalDate from = request.day(part.since().orElseThrow());
    LocalDate until = request.day(part.until().orElseThrow().minusNanos(1)).plusDays(1);
    return factors.cloud().changes(from, until).stream()
        .map(day -> day.atStartOfDay(request.zone()).toInstant())
        .toList();
  }

  /** The hours of several types are parted as these were held. */
  private HardwareUse use(Map<String, BigDecimal> held, String node, UsageSum sum, Period part) {
    if (held.containsKey(UsageKey.NO_GPU)) {
      return HardwareUse.WITHOUT_GPU;
    }
    BigDecimal all = held.values().stream().reduce(BigDecimal.ZERO, BigDecimal::add);
    BigDecimal hours = RowSum.gpuHours(sum);
    List<GpuTime> times = new ArrayList<>();
    held.forEach(
        (type, count) ->
            times.add(
                new GpuTime(
                    type,
                    node,
                    all.signum() == 0
                        ? BigDecimal.ZERO
                        : hours.multiply(count).divide(all, MathContext.DECIMAL128))));
    return HardwareUse.of(factors, catalog, request.day(part.since().orElseThrow()), times);
  }
}
