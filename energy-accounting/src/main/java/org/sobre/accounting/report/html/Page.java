package org.sobre.accounting.report.html;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;
import org.sobre.accounting.report.Report;
import org.sobre.accounting.report.ReportColumn;
import org.sobre.accounting.report.ReportColumns;
import org.sobre.accounting.report.ReportRow;
import org.sobre.hardware.message.Language;

/** What all pages have in common: head, style sheet, tables and notes. */
final class Page {

  /** Nothing is loaded and nothing runs, whatever a name may have smuggled in. */
  private static final String POLICY = "default-src 'none'; style-src 'unsafe-inline'";

  private final Html html = new Html();

  private Page() {}

  /**
   * A whole document.
   *
   * @param title of the page, and its first heading
   */
  static String of(String title, Consumer<Page> body) {
    Page page = new Page();
    page.html
        .open("html", "lang", Language.current().code())
        .open("head")
        .open("meta", "charset", "utf-8")
        .open("meta", "http-equiv", "Content-Security-Policy", "content", POLICY)
        .open("meta", "name", "viewport", "content", "width=device-width, initial-scale=1")
        .open("meta", "name", "color-scheme", "content", "light dark")
        .open("meta", "name", "generator", "content", "sobre")
        .element("title", title)
        .style(css())
        .close()
        .open("body")
        .open("main")
        .open("h1")
        .name(title)
        .close();
    body.accept(page);
    return page.html.close().close().close().document();
  }

  Html html() {
    return html;
  }

  void heading(String text) {
    html.element("h2", text);
  }

  /** Rows, and their totals under them if there is more than one row. */
  void table(String caption, List<ReportColumn> columns, List<ReportRow> rows, ReportRow totals) {
    html.open("div", "class", "table", "role", "region", "tabindex", "0", "aria-label", caption)
        .open("table")
        .element("caption", caption)
        .open("thead")
        .open("tr");
    for (ReportColumn column : columns) {
      html.element("th", column.header(), "scope", "col", "class", kind(column));
    }
    html.close().close().open("tbody");
    rows.forEach(row -> row(columns, row));
    html.close();
    if (rows.size() > 1) {
      html.open("tfoot").open("tr");
      for (int i = 0; i < columns.size(); i++) {
        if (i == 0) {
          html.element("th", ReportColumns.total(), "scope", "row", "class", "key");
        } else {
          html.element("td", columns.get(i).of(totals), "class", kind(columns.get(i)));
        }
      }
      html.close().close();
    }
    html.close().close();
  }

  private void row(List<ReportColumn> columns, ReportRow row) {
    html.open("tr");
    for (ReportColumn column : columns) {
      if (column.isKey()) {
        html.open("th", "scope", "row", "class", "key").name(column.of(row)).close();
      } else {
        html.element("td", column.of(row), "class", "number");
      }
    }
    html.close();
  }

  private static String kind(ReportColumn column) {
    return column.isKey() ? "key" : "number";
  }

  void notes(List<String> notes) {
    html.open("ul", "class", "notes");
    for (String note : notes) {
      html.open("li").name(note.strip()).close();
    }
    html.close();
  }

  private static String css() {
    try (InputStream in = Page.class.getResourceAsStream("page.css")) {
      if (in == null) {
        throw new IllegalStateException("page.css is not in this jar");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("page.css of this jar cannot be read", e);
    }
  }

  /** The key of what a page says in the place of rows. */
  static String noRows(Report report) {
    if (report.isOfUnknownTime()) {
      return "report.unknown";
    }
    return report.isOfUncoveredJobsOnly() ? "report.uncovered" : "report.empty";
  }
}
