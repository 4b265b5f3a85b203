package org.sobre.accounting.report.html;

import org.sobre.accounting.report.EnergyUnit;
import org.sobre.accounting.report.Footnotes;
import org.sobre.accounting.report.Report;
import org.sobre.accounting.report.ReportColumns;
import org.sobre.accounting.report.ReportTitle;
import org.sobre.hardware.message.Messages;

/**
 * A report as one HTML file for screen and paper: charts and table, light and dark, without script
 * and without any other file.
 */
public final class HtmlReport {

  private static final Messages MESSAGES = Messages.of(HtmlReport.class);

  private HtmlReport() {}

  public static String of(Report report) {
    String title = ReportTitle.of(report.request());
    return Page.of(title, page -> body(page, title, report));
  }

  private static void body(Page page, String title, Report report) {
    EnergyUnit unit = EnergyUnit.of(report.totals().energy().total());
    if (report.rows().isEmpty()) {
      page.html().element("p", MESSAGES.text(Page.noRows(report)));
    } else {
      new RowCharts(page, unit).of(report.rows());
      page.heading(MESSAGES.text("heading.rows"));
      page.table(
          title,
          ReportColumns.of(report, ReportColumns.Breadth.ALL),
          report.rows(),
          report.totals());
    }
    page.heading(MESSAGES.text("heading.notes"));
    page.notes(new Footnotes(report, unit).lines());
  }
}
