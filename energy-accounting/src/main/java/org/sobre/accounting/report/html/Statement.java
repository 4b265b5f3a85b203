package org.sobre.accounting.report.html;

import static java.util.Objects.requireNonNull;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.sobre.accounting.factors.HardwareUse;
import org.sobre.accounting.report.AllocatedShare;
import org.sobre.accounting.report.Completeness;
import org.sobre.accounting.report.EnergyUnit;
import org.sobre.accounting.report.FactorNotes;
import org.sobre.accounting.report.Footnotes;
import org.sobre.accounting.report.HardwareNotes;
import org.sobre.accounting.report.Report;
import org.sobre.accounting.report.ReportColumn;
import org.sobre.accounting.report.ReportColumns;
import org.sobre.accounting.report.ReportKey;
import org.sobre.accounting.report.ReportRow;
import org.sobre.hardware.message.Language;
import org.sobre.hardware.message.Messages;

/**
 * What a lab used in a month, as one HTML file: its sums, its rows by user and by GPU, which
 * factors were applied and how it was computed.
 *
 * @param lab whose
 * @param made when the statement was made
 * @param byLab rows by lab alone; of that lab's jobs, as the others
 * @param byUser rows by lab and user; its uncovered jobs and its freshness are the page's
 * @param byGpu rows by lab and GPU
 * @param hardware what the lab's GPU-hours took of the machines
 */
public record Statement(
    String lab,
    YearMonth month,
    Instant made,
    Report byLab,
    Report byUser,
    Report byGpu,
    HardwareUse hardware) {

  private static final Messages MESSAGES = Messages.of(Statement.class);
  private static final DateTimeFormatter MINUTE =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm", Locale.ROOT);

  public Statement {
    requireNonNull(lab, "lab");
    requireNonNull(month, "month");
    requireNonNull(made, "made");
    requireNonNull(hardware, "hardware");
    requireKeys(byLab, List.of(ReportKey.LAB));
    requireKeys(byUser, List.of(ReportKey.LAB, ReportKey.USER));
    requireKeys(byGpu, List.of(ReportKey.LAB, ReportKey.GPU));
  }

  private static void requireKeys(Report report, List<ReportKey> keys) {
    if (!report.request().by().equals(keys)) {
      throw new IllegalArgumentException(
          "expected a report by " + keys + ", found " + report.request().by());
    }
  }

  public String html() {
    String title = MESSAGES.text("statement.title", lab, month);
    return Page.of(title, this::body);
  }

  private void body(Page page) {
    Optional<ReportRow> total = rows(byLab).stream().findFirst();
    ZoneId zone = byLab.request().zone();
    page.html()
        .element(
            "p", MESSAGES.text("statement.made", MINUTE.format(made.atZone(zone)), zone.getId()));
    if (total.isEmpty()) {
      page.html().element("p", MESSAGES.text(Page.noRows(byUser)));
      lacking(page);
    } else {
      EnergyUnit unit = EnergyUnit.of(total.get().energy().total());
      sums(page, total.get(), unit);
      lacking(page);
      part(page, byUser, total.get(), "heading.users");
      new RowCharts(page, unit).of(rows(byUser).stream().map(Statement::withoutLab).toList());
      part(page, byGpu, total.get(), "heading.gpus");
    }
    page.heading(MESSAGES.text("heading.factors"));
    page.notes(factors(zone));
    page.heading(MESSAGES.text("heading.how"));
    page.notes(
        List.of(
            MESSAGES.text("how.energy"),
            MESSAGES.text("how.idle"),
            MESSAGES.text("how.month"),
            MESSAGES.text("how.room"),
            MESSAGES.text("how.hardware"),
            MESSAGES.text("how.coverage"),
            MESSAGES.text(byLab.allocated().isPresent() ? "how.allocated" : "how.unbilled")));
  }

  private void sums(Page page, ReportRow total, EnergyUnit unit) {
    page.html().open("dl", "class", "sums");
    sum(
        page,
        MESSAGES.text("sum.energy", unit.symbol()),
        total.energyKilowattHours().isPresent()
            ? number(unit.amount(total.energy().total()), 3)
            : MESSAGES.text("sum.unknown"));
    sum(page, MESSAGES.text("sum.co2e"), known(total.co2eGrams()));
    hardware
        .embodied()
        .amount()
        .ifPresent(grams -> sum(page, MESSAGES.text("sum.embodied"), number(grams, 2) + within()));
    sum(
        page,
        MESSAGES.text("sum.euro"),
        byLab.factors().hasNoPrice() ? MESSAGES.text("sum.noPrice") : known(total.costEuro()));
    hardware
        .purchase()
        .amount()
        .ifPresent(euros -> sum(page, MESSAGES.text("sum.purchase"), number(euros, 2)));
    hardware
        .rental()
        .amount()
        .ifPresent(euros -> sum(page, MESSAGES.text("sum.rental"), number(euros, 2)));
    total.allocated().ifPresent(share -> allocated(page, share, unit));
    sum(page, MESSAGES.text("sum.gpuHours"), number(total.gpuHours(), 2));
    sum(page, MESSAGES.text("sum.jobs"), Long.toString(total.jobs()));
    sum(
        page,
        MESSAGES.text("sum.coverage"),
        total.coverage().map(Footnotes::coverage).orElseGet(() -> MESSAGES.text("sum.unknown")));
    page.html().close();
  }

  private String within() {
    return hardware.embodied().uncertainty().map(some -> " ± " + number(some, 2)).orElse("");
  }

  /** What is not in the sums, and as of when they are. */
  private void lacking(Page page) {
    List<String> lines = Completeness.without(ReportKey.LAB, byUser).lines();
    if (!lines.isEmpty()) {
      page.notes(lines);
    }
  }

  private static void allocated(Page page, AllocatedShare share, EnergyUnit unit) {
    sum(
        page,
        MESSAGES.text("sum.allocated", unit.symbol()),
        number(unit.amount(share.energy().total()), 3));
    share
        .co2eGrams()
        .ifPresent(grams -> sum(page, MESSAGES.text("sum.allocated.co2e"), number(grams, 2)));
    share
        .costEuro()
        .ifPresent(euros -> sum(page, MESSAGES.text("sum.allocated.euro"), number(euros, 2)));
  }

  private List<String> factors(ZoneId zone) {
    List<String> notes = new ArrayList<>(new FactorNotes(byLab.factors(), zone).lines());
    notes.addAll(HardwareNotes.of(hardware));
    return notes;
  }

  private static String known(Optional<BigDecimal> amount) {
    return amount.map(value -> number(value, 2)).orElseGet(() -> MESSAGES.text("sum.unknown"));
  }

  private static String number(BigDecimal value, int decimals) {
    return Language.current().rounded(value, decimals);
  }

  private static void sum(Page page, String name, String value) {
    page.html().open("div").element("dt", name).element("dd", value).close();
  }

  private void part(Page page, Report report, ReportRow total, String heading) {
    List<ReportRow> rows = rows(report);
    Report own = report.withRows(rows, total);
    List<ReportColumn> columns = new ArrayList<>(ReportColumns.of(own, ReportColumns.Breadth.ALL));
    // the lab's name stands above
    columns.remove(0);
    page.heading(MESSAGES.text(heading));
    page.table(MESSAGES.text(heading), columns, rows, total);
  }

  private List<ReportRow> rows(Report report) {
    return report.rows().stream().filter(row -> lab.equals(row.keys().get(ReportKey.LAB))).toList();
  }

  private static ReportRow withoutLab(ReportRow row) {
    return row.without(ReportKey.LAB);
  }
}
