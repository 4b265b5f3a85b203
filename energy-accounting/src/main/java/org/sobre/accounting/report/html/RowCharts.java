package org.sobre.accounting.report.html;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.sobre.accounting.report.EnergyUnit;
import org.sobre.accounting.report.ReportKey;
import org.sobre.accounting.report.ReportRow;
import org.sobre.accounting.store.QualitySums;
import org.sobre.hardware.message.Messages;

/** The charts of a report's rows: the largest of them, and the months if it has any. */
final class RowCharts {

  private static final Messages MESSAGES = Messages.of(RowCharts.class);
  private static final int MOST_BARS = 12;

  private final Page page;
  private final EnergyUnit unit;

  RowCharts(Page page, EnergyUnit unit) {
    this.page = page;
    this.unit = unit;
  }

  /** Nothing where nothing was drawn. */
  void of(List<ReportRow> rows) {
    List<ReportRow> drawn = rows.stream().filter(row -> row.energy().total().signum() > 0).toList();
    if (drawn.isEmpty()) {
      return;
    }
    boolean months = drawn.get(0).keys().containsKey(ReportKey.MONTH);
    if (!months || drawn.get(0).keys().size() > 1) {
      new Charts(page.html(), unit, "rows")
          .bars(MESSAGES.text("chart.rows"), largest(sums(drawn, RowCharts::nameWithoutMonth)));
    }
    if (months) {
      Map<String, QualitySums> byMonth =
          new TreeMap<>(sums(drawn, row -> row.keys().getOrDefault(ReportKey.MONTH, "")));
      List<Charts.Bar> bars = new ArrayList<>();
      byMonth.forEach((month, energy) -> bars.add(new Charts.Bar(month, energy)));
      new Charts(page.html(), unit, "months").bars(MESSAGES.text("chart.months"), bars);
    }
  }

  private static String nameWithoutMonth(ReportRow row) {
    return row.keys().entrySet().stream()
        .filter(key -> key.getKey() != ReportKey.MONTH)
        .map(Map.Entry::getValue)
        .collect(Collectors.joining(" · "));
  }

  private static Map<String, QualitySums> sums(
      List<ReportRow> rows, Function<ReportRow, String> name) {
    Map<String, QualitySums> sums = new LinkedHashMap<>();
    rows.forEach(row -> sums.merge(name.apply(row), row.energy(), QualitySums::plus));
    return sums;
  }

  /** The largest first; what does not fit is one bar. */
  private static List<Charts.Bar> largest(Map<String, QualitySums> sums) {
    List<Charts.Bar> bars = new ArrayList<>();
    sums.forEach((name, energy) -> bars.add(new Charts.Bar(name, energy)));
    bars.sort(Comparator.comparing((Charts.Bar bar) -> bar.energy().total()).reversed());
    if (bars.size() <= MOST_BARS) {
      return bars;
    }
    List<Charts.Bar> rest = bars.subList(MOST_BARS - 1, bars.size());
    List<Charts.Bar> shown = new ArrayList<>(bars.subList(0, MOST_BARS - 1));
    shown.add(
        new Charts.Bar(
            MESSAGES.text("chart.others", rest.size()),
            rest.stream().map(Charts.Bar::energy).reduce(QualitySums.ZERO, QualitySums::plus)));
    return shown;
  }
}
