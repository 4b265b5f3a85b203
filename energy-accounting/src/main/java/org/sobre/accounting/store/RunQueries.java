package org.sobre.accounting.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Runs and what they hold. */
final class RunQueries {

  private final Statements sql;

  RunQueries(Statements sql) {
    this.sql = sql;
  }

  /** The runs that a period sees something of, by begin. */
  List<RunRecord> runs(Period period) throws SQLException {
    Map<Long, List<RunRecord.Gpu>> gpus = gpus(period);
    List<RunRecord> runs = new ArrayList<>();
    try (ResultSet row =
        sql.query(
            "SELECT r.id, r.cluster, r.node, r.job, r.restart, r.account, r.uid, r.user,"
                + " r.begin_ms, coalesce(r.end_ms, (SELECT max(b.to_ms) FROM share s JOIN balance b"
                + " ON b.id = s.balance_id WHERE s.run_id = r.id)) AS known_ms, r.elapsed_ms,"
                + " r.declared_profile, r.declared_unit, r.declared_items, r.declared_tokens_in,"
                + " r.declared_tokens_out FROM run r WHERE r.begin_ms < ?"
                + " AND (known_ms > ? OR r.begin_ms >= ?) ORDER BY r.begin_ms, r.id",
            period.untilMillis(),
            period.sinceMillis(),
            period.sinceMillis())) {
      while (row.next()) {
        runs.add(run(row, gpus.getOrDefault(row.getLong(1), List.of())));
      }
    }
    return runs;
  }

  private static RunRecord run(ResultSet row, List<RunRecord.Gpu> gpus) throws SQLException {
    long begin = row.getLong(9);
    Long elapsed = number(row, 11);
    return new RunRecord(
        row.getLong(1),
        row.getString(2),
        row.getString(3),
        row.getLong(4),
        row.getInt(5),
        Optional.ofNullable(row.getString(6)),
        row.getInt(7),
        Optional.ofNullable(row.getString(8)),
        begin,
        Math.max(begin, row.getLong(10)),
        elapsed == null ? OptionalLong.empty() : OptionalLong.of(elapsed),
        gpus,
        new RunRecord.Declared(
            row.getString(12),
            row.getString(13),
            number(row, 14),
            number(row, 15),
            number(row, 16)));
  }

  private Map<Long, List<RunRecord.Gpu>> gpus(Period period) throws SQLException {
    Map<Long, List<RunRecord.Gpu>> gpus = new HashMap<>();
    try (ResultSet row =
        sql.query(
            "SELECT g.run_id, g.device, g.type, g.fraction_billionths FROM held_gpu g"
                + " JOIN run r ON r.id = g.run_id WHERE "
                + UsageQueries.SEEN,
            period.untilMillis(),
            period.sinceMillis(),
            period.sinceMillis())) {
      while (row.next()) {
        gpus.computeIfAbsent(row.getLong(1), run -> new ArrayList<>())
            .add(new RunRecord.Gpu(row.getString(2), row.getString(3), row.getLong(4)));
      }
    }
    return gpus;
  }

  private static @Nullable Long number(ResultSet row, int column) throws SQLException {
    long value = row.getLong(column);
    return row.wasNull() ? null : value;
  }
}
