package org.sobre.accounting.store;

import java.math.BigInteger;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;

/** What runs had of their GPUs whose job line is not there yet: as balances tell. */
final class RunningGpus {

  /** Billionths: of a GPU of which nobody tells more. */
  static final long WHOLE = 1_000_000_000;

  /** Parameters: since, until, until. */
  private static final String MEANS =
      "WITH held AS (SELECT s.run_id, c.device,"
          + " coalesce(s.fraction_billionths, 1000000000) AS fraction,"
          + " b.from_ms >= ? AND b.from_ms < ? AS inside,"
          + " max(0, b.to_ms - max(b.from_ms, r.begin_ms)) AS ms"
          + " FROM run r CROSS JOIN share s ON s.run_id = r.id"
          + " JOIN balance b ON b.id = s.balance_id JOIN meter c ON c.id = s.meter_id"
          + " WHERE r.end_ms IS NULL AND c.part = 'gpu' AND r.begin_ms < ?)"
          + " SELECT run_id, device, sum(inside * ms), sum(inside * ms * fraction / 1000000000),"
          + " sum(ms), sum(ms * fraction / 1000000000) FROM held GROUP BY run_id, device";

  private final Map<Long, Map<String, Long>> billionths = new HashMap<>();

  private RunningGpus() {}

  /**
   * The mean of each GPU over the time held in the balances that begin in the period; of a run that
   * has none there, in all.
   */
  static RunningGpus of(Statements sql, Period period) throws SQLException {
    RunningGpus gpus = new RunningGpus();
    try (ResultSet row =
        sql.query(MEANS, period.sinceMillis(), period.untilMillis(), period.untilMillis())) {
      while (row.next()) {
        int held = row.getLong(3) > 0 ? 3 : 5;
        gpus.billionths
            .computeIfAbsent(row.getLong(1), run -> new HashMap<>())
            .put(row.getString(2), mean(row.getLong(held + 1), row.getLong(held)));
      }
    }
    return gpus;
  }

  /** Billionths of a GPU. */
  long fraction(long run, String device) {
    return billionths.getOrDefault(run, Map.of()).getOrDefault(device, WHOLE);
  }

  private static long mean(long ownMillis, long heldMillis) {
    return heldMillis == 0
        ? WHOLE
        : BigInteger.valueOf(ownMillis)
            .multiply(BigInteger.valueOf(WHOLE))
            .divide(BigInteger.valueOf(heldMillis))
            .longValueExact();
  }
}
