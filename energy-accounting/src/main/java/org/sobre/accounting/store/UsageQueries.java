package org.sobre.accounting.store;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What reports ask of the store. A meter that contains others is not added to them, in the balances
 * in which one of those was seen.
 */
public final class UsageQueries implements AutoCloseable {

  /** Parameters: until, since, since. */
  static final String SEEN =
      "r.begin_ms < ? AND (r.end_ms IS NULL OR r.end_ms > ? OR r.begin_ms >= ?)";

  private final Statements sql;

  public UsageQueries(Connection connection) {
    this.sql = new Statements(connection);
  }

  private record OfRun(long run, String part, String device) implements Comparable<OfRun> {

    private static final Comparator<OfRun> ORDER =
        Comparator.comparingLong(OfRun::run)
            .thenComparing(OfRun::part)
            .thenComparing(OfRun::device);

    @Override
    public int compareTo(OfRun other) {
      return ORDER.compare(this, other);
    }
  }

  private record Amount(QualitySums energy, long observedMillis, Optional<String> missing) {
    static final Amount NONE = new Amount(QualitySums.ZERO, 0, Optional.empty());
  }

  /** The runs that a period sees something of, by begin. */
  public List<RunRecord> runs(Period period) throws SQLException {
    return new RunQueries(sql).runs(period);
  }

  /** The names of users, by uid, from the job lines that tell them; the latest one of a uid. */
  public Map<Integer, String> userNames() throws SQLException {
    Map<Integer, String> names = new HashMap<>();
    try (ResultSet row =
        sql.query("SELECT uid, user FROM run WHERE user IS NOT NULL ORDER BY end_ms")) {
      while (row.next()) {
        names.put(row.getInt(1), row.getString(2));
      }
    }
    return names;
  }

  /** The meters of each run that a period sees something of, by run. */
  public Map<Long, List<MeterUse>> uses(Period period) throws SQLException {
    Map<OfRun, Amount> inPeriod = shares(period);
    Map<OfRun, Amount> balanced = wholeShares(period);
    Map<OfRun, Amount> told = told(period);
    RunningGpus running = RunningGpus.of(sql, period);
    Set<OfRun> all = new TreeSet<>(balanced.keySet());
    all.addAll(told.keySet());
    Map<Long, List<MeterUse>> uses = new HashMap<>();
    for (OfRun key : all) {
      Amount shared = inPeriod.getOrDefault(key, Amount.NONE);
      Amount whole = balanced.getOrDefault(key, Amount.NONE);
      Amount line = told.getOrDefault(key, Amount.NONE);
      uses.computeIfAbsent(key.run(), run -> new ArrayList<>())
          .add(
              new MeterUse(
                  key.part(),
                  key.device(),
                  shared.energy(),
                  shared.observedMillis(),
                  whole.energy(),
                  whole.observedMillis(),
                  line.energy(),
                  line.observedMillis(),
                  line.missing(),
                  running.fraction(key.run(), key.device())));
    }
    return uses;
  }

  private Map<OfRun, Amount> shares(Period period) throws SQLException {
    return amounts(
        Containment.PAIRS
            + "SELECT s.run_id, c.part, c.device, sum(s.observed_ms), NULL, "
            + QualitySums.sql("s")
            + " FROM share s JOIN balance b ON b.id = s.balance_id"
            + " JOIN meter c ON c.id = s.meter_id JOIN run r ON r.id = s.run_id"
            + " WHERE b.from_ms >= ? AND b.from_ms < ? AND "
            + SEEN
            + Containment.countsItself("s", "metered", "balance_id")
            + " GROUP BY s.run_id, c.part, c.device",
        period.sinceMillis(),
        period.untilMillis(),
        period.untilMillis(),
        period.sinceMillis(),
        period.sinceMillis());
  }

  /** From the runs to their shares (CROSS JOIN fixes that order), not through all of history. */
  private Map<OfRun, Amount> wholeShares(Period runs) throws SQLException {
    return amounts(
        Containment.PAIRS
            + "SELECT s.run_id, c.part, c.device, sum(s.observed_ms), NULL, "
            + QualitySums.sql("s")
            + " FROM run r CROSS JOIN share s ON s.run_id = r.id"
            + " JOIN meter c ON c.id = s.meter_id WHERE "
            + SEEN
            + Containment.countsItself("s", "metered", "balance_id")
            + " GROUP BY s.run_id, c.part, c.device",
        runs.untilMillis(),
        runs.sinceMillis(),
        runs.sinceMillis());
  }

  private Map<OfRun, Amount> told(Period runs) throws SQLException {
    return amounts(
        Containment.PAIRS
            + "SELECT e.run_id, c.part, c.device, sum(e.observed_ms), max(e.missing), "
            + QualitySums.sql("e")
            + " FROM run_energy e JOIN meter c ON c.id = e.meter_id"
            + " JOIN run r ON r.id = e.run_id WHERE "
            + SEEN
            + Containment.countsItself("e", "run_energy", "run_id")
            + " GROUP BY e.run_id, c.part, c.device",
        runs.untilMillis(),
        runs.sinceMillis(),
        runs.sinceMillis());
  }

  private Map<OfRun, Amount> amounts(String query, Object... parameters) throws SQLException {
    Map<OfRun, Amount> amounts = new HashMap<>();
    try (ResultSet row = sql.query(query, parameters)) {
      while (row.next()) {
        amounts.put(
            new OfRun(row.getLong(1), row.getString(2), row.getString(3)),
            new Amount(
                QualitySums.read(row, 6), row.getLong(4), Optional.ofNullable(row.getString(5))));
      }
    }
    return amounts;
  }

  /** What the meters saw in the balances of a period. */
  public Metered metered(Period period) throws SQLException {
    Map<String, QualitySums> kinds = new HashMap<>();
    try (ResultSet row =
        sql.query(
            Containment.PAIRS
                + "SELECT m.kind, "
                + QualitySums.sql("m")
                + " FROM metered m JOIN balance b ON b.id = m.balance_id"
                + " WHERE b.from_ms >= ? AND b.from_ms < ?"
                + Containment.countsItself("m", "metered", "balance_id")
                + "GROUP BY m.kind",
            period.sinceMillis(),
            period.untilMillis())) {
      while (row.next()) {
        kinds.put(row.getString(1), QualitySums.read(row, 2));
      }
    }
    return new Metered(
        kinds.getOrDefault("total", QualitySums.ZERO),
        kinds.getOrDefault("platform", QualitySums.ZERO),
        kinds.getOrDefault("outside", QualitySums.ZERO),
        outsideByUid(period),
        kinds.getOrDefault("unknown", QualitySums.ZERO));
  }

  private SortedMap<Integer, QualitySums> outsideByUid(Period period) throws SQLException {
    SortedMap<Integer, QualitySums> users = new TreeMap<>();
    try (ResultSet row =
        sql.query(
            Containment.PAIRS
                + "SELECT o.uid, "
                + QualitySums.sql("o")
                + " FROM outside o JOIN balance b ON b.id = o.balance_id"
                + " WHERE b.from_ms >= ? AND b.from_ms < ?"
                + Containment.countsItself("o", "metered", "balance_id")
                + "GROUP BY o.uid",
            period.sinceMillis(),
            period.untilMillis())) {
      while (row.next()) {
        users.put(row.getInt(1), QualitySums.read(row, 2));
      }
    }
    return users;
  }

  /** The meters that contain others which were seen with them in a period's balances. */
  public List<ContainingMeter> containing(Period period) throws SQLException {
    return Containment.containing(sql, period);
  }

  /** The first and the last millisecond that the store knows anything of; absent if it is empty. */
  public Optional<Period> extent() throws SQLException {
    OptionalLong first =
        sql.number(
            "SELECT min(t) FROM (SELECT min(from_ms) AS t FROM balance UNION ALL"
                + " SELECT min(begin_ms) FROM run)");
    OptionalLong last =
        sql.number(
            "SELECT max(t) FROM (SELECT max(to_ms) AS t FROM balance UNION ALL"
                + " SELECT max(end_ms) FROM run)");
    if (first.isEmpty() || last.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new Period(
            Optional.of(Instant.ofEpochMilli(first.getAsLong())),
            Optional.of(Instant.ofEpochMilli(last.getAsLong() + 1))));
  }

  @Override
  public void close() throws SQLException {
    sql.close();
  }
}
