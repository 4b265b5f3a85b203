package org.sobre.accounting.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** Usage by account, by cluster, or of all: from the sums of days, without a look at any run. */
final class AccountUsage {

  private final Statements sql;
  private final StoredDays days;
  private final Names names;
  private final Set<UsageKey> keys;
  private final HourRange range;
  private final Spans spans;
  private final boolean byAccount;
  private final Map<RowKey, UsageSum> rows = new HashMap<>();
  private final Map<RowKey, SpanEnergy> drawn = new HashMap<>();

  /**
   * @param days of {@link DayTable#USAGE}
   */
  AccountUsage(
      Statements sql,
      StoredDays days,
      Names names,
      Set<UsageKey> keys,
      HourRange range,
      Spans spans) {
    this.sql = sql;
    this.days = days;
    this.names = names;
    this.keys = keys;
    this.range = range;
    this.spans = spans;
    this.byAccount = keys.contains(UsageKey.ACCOUNT);
  }

  Map<RowKey, UsageSum> rows() throws SQLException {
    days.read(range, spans, this::add);
    days.readHours(
        DayTable.day(range.first()),
        new HourRange(range.first(), range.first() + 1),
        this::addJobsOn);
    addReturns();
    rows.values().removeIf(sum -> !sum.isSeen());
    return rows;
  }

  /** The rows' energy by spans, after {@link #rows}; of none if there is one span. */
  Map<RowKey, SpanEnergy> drawn() {
    return drawn;
  }

  private UsageSum row(DayTable.Key day) {
    return rows.computeIfAbsent(RowKey.of(keys, day), absent -> new UsageSum());
  }

  private void add(DayTable.Key day, int span, long[] fields) {
    long unit = day.c();
    long missing = day.d();
    if (missing != Names.NONE) {
      // it stands under no account
      if (!byAccount && fields[UsageField.RUNS.at()] > 0) {
        row(day).addMissing(names.text(missing));
      }
    } else if (unit != Names.NONE) {
      row(day).add(names.text(unit), fields);
    } else {
      UsageSum row = row(day);
      row.add(fields);
      if (spans.size() > 1) {
        drawn
            .computeIfAbsent(RowKey.of(keys, day), absent -> new SpanEnergy(spans.size()))
            .add(span, fields);
      }
      row.addJobs(
          field(fields, UsageField.JOBS_NEW, UsageField.ALL_JOBS_NEW),
          field(fields, UsageField.MEASURED_NEW, UsageField.ALL_MEASURED_NEW));
    }
  }

  private void addJobsOn(DayTable.Key day, long[] fields) {
    if (day.c() == Names.NONE && day.d() == Names.NONE) {
      row(day)
          .addJobs(
              field(fields, UsageField.JOBS_ON, UsageField.ALL_JOBS_ON),
              field(fields, UsageField.MEASURED_ON, UsageField.ALL_MEASURED_ON));
    }
  }

  private long field(long[] fields, UsageField ofAccount, UsageField ofAll) {
    return fields[(byAccount ? ofAccount : ofAll).at()];
  }

  private void addReturns() throws SQLException {
    try (ResultSet row =
        sql.query(
            "SELECT cluster, account, measured, count(*) FROM job_return WHERE hour >= ?"
                + " AND hour < ? AND hour_before < ? GROUP BY cluster, account, measured",
            range.first(),
            range.end(),
            range.first())) {
      while (row.next()) {
        long account = row.getLong(2);
        if (byAccount != (account == JobUsage.Return.ALL_ACCOUNTS)) {
          long count = row.getLong(4);
          boolean measured = row.getLong(3) == 1;
          row(new DayTable.Key(row.getLong(1), account, Names.NONE, Names.NONE))
              .addJobs(measured ? 0 : count, measured ? count : 0);
        }
      }
    }
  }
}
