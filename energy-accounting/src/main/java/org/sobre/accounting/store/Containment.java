package org.sobre.accounting.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Which meters contain which, in SQL, and what the containing ones saw. */
final class Containment {

  /** The pairs of a meter and one that it contains, over any number of levels. */
  static final String PAIRS =
      "WITH RECURSIVE contained (id, inner_id) AS (SELECT whole_id, meter_id FROM meter_within"
          + " UNION SELECT c.id, w.meter_id FROM contained c"
          + " JOIN meter_within w ON w.whole_id = c.inner_id) ";

  private static final String IN_PERIOD =
      " JOIN balance b ON b.id = o.balance_id WHERE o.kind = 'total'"
          + " AND b.from_ms >= ? AND b.from_ms < ?";

  /** After the four names and, each before its six sums, the meter's id. */
  private static final int SEEN = 6;

  private static final int WITHIN = 13;

  private Containment() {}

  /**
   * Of a row's meter, that nothing it contains was seen there.
   *
   * @param row its alias
   * @param seen in which table it is looked for
   * @param key of both: the same balance, or the same run
   */
  static String countsItself(String row, String seen, String key) {
    return String.format(
        Locale.ROOT,
        " AND (%1$s.meter_id NOT IN (SELECT id FROM contained) OR NOT EXISTS (SELECT 1 FROM"
            + " contained JOIN %2$s seen ON seen.meter_id = contained.inner_id"
            + " WHERE contained.id = %1$s.meter_id AND seen.%3$s = %1$s.%3$s)) ",
        row,
        seen,
        key);
  }

  /** The containing meters of a period, by cluster, node, part and device. */
  static List<ContainingMeter> containing(Statements sql, Period period) throws SQLException {
    List<ContainingMeter> meters = new ArrayList<>();
    try (ResultSet row =
        sql.query(
            PAIRS
                + ", outer_seen AS (SELECT o.meter_id, "
                + QualitySums.sql("o")
                + " FROM metered o"
                + IN_PERIOD
                + " AND EXISTS (SELECT 1 FROM contained k JOIN metered i ON i.meter_id = k.inner_id"
                + " WHERE k.id = o.meter_id AND i.balance_id = o.balance_id)"
                + " GROUP BY o.meter_id), inner_seen AS (SELECT o.meter_id, "
                + QualitySums.sql("i")
                + " FROM metered o JOIN contained k ON k.id = o.meter_id"
                + " JOIN metered i ON i.meter_id = k.inner_id AND i.balance_id = o.balance_id"
                + " AND i.kind = 'total'"
                + IN_PERIOD
                + countsItself("i", "metered", "balance_id")
                + " GROUP BY o.meter_id)"
                + " SELECT c.cluster, c.node, c.part, c.device, a.*, z.* FROM outer_seen a"
                + " JOIN inner_seen z ON z.meter_id = a.meter_id JOIN meter c ON c.id = a.meter_id"
                + " ORDER BY c.cluster, c.node, c.part, c.device",
            period.sinceMillis(),
            period.untilMillis(),
            period.sinceMillis(),
            period.untilMillis())) {
      while (row.next()) {
        meters.add(
            new ContainingMeter(
                row.getString(1),
                row.getString(2),
                row.getString(3),
                row.getString(4),
                QualitySums.read(row, SEEN),
                QualitySums.read(row, WITHIN)));
      }
    }
    return meters;
  }
}
