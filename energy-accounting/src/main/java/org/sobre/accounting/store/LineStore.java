package org.sobre.accounting.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.sobre.energy.ledger.BalanceLine;
import org.sobre.energy.ledger.EnergyByQuality;
import org.sobre.energy.ledger.JobLine;
import org.sobre.energy.ledger.LedgerLine;
import org.sobre.energy.ledger.LineHeader;
import org.sobre.energy.ledger.MeterId;

/**
 * Takes ledger lines into the tables, within the transaction of its caller. A line is known by
 * cluster, node, boot and seq: taking it again changes nothing. The order in which lines come does
 * not matter. One for each transaction: it adds up in memory, writes runs some hundred at a time,
 * and the rest when it is flushed or closed.
 */
public final class LineStore implements AutoCloseable {

  /** What became of a line. */
  public enum Outcome {
    NEW,
    KNOWN,
    /** Another line is known under the same seq; this one was not taken. */
    CONFLICT,
    /** Its run has another job line already; this one was not taken. */
    SECOND_END
  }

  /** They are dropped while they are young: a collector copies what it meets a second time. */
  public static final int RUNS_HELD = 500;

  private final Statements sql;
  private final Names names;
  private final LineHashes hashes;
  private final Containments containments;
  private final DayTable metered;
  private final RunStore runs;
  private final Extent extent;
  private final NodeNews news;
  private boolean isForgotten;

  /** As most do it. */
  public LineStore(Connection connection) throws SQLException {
    this(connection, RUNS_HELD);
  }

  /**
   * @param runsHeld so many runs, or a line's more, are held in memory before they are written
   */
  public LineStore(Connection connection, int runsHeld) throws SQLException {
    this.sql = new Statements(connection);
    this.names = new Names(sql);
    this.hashes = new LineHashes(sql);
    this.containments = new Containments(sql);
    this.metered = new DayTable(sql, DayTable.METERED);
    this.runs = new RunStore(sql, names, containments, runsHeld);
    this.extent = new Extent(sql);
    this.news = new NodeNews(sql);
  }

  /**
   * @param hash of the line's text, as its successor has it for {@code prev}: 16 hexadecimal digits
   */
  public Outcome add(LedgerLine line, String hash) throws SQLException {
    runs.writeMany();
    if (line instanceof JobLine job
        && hashes.look(line.header(), hash) == Outcome.NEW
        && runs.of(job).end().isPresent()) {
      return Outcome.SECOND_END;
    }
    Outcome outcome = hashes.add(line.header(), hash);
    if (outcome == Outcome.NEW && line instanceof BalanceLine balance) {
      add(balance);
    } else if (outcome == Outcome.NEW && line instanceof JobLine job) {
      add(job);
    }
    return outcome;
  }

  /** The number of a line's boot in the tables. */
  public long bootId(LineHeader header) throws SQLException {
    return hashes.bootId(header);
  }

  /**
   * Where a line told late that a meter contains another one, sums of lines that were taken before
   * would be others: then all lines are forgotten, but for what contains what, and are to be taken
   * anew.
   *
   * @return whether it was so
   */
  public boolean beginsAnew() throws SQLException {
    if (containments.isTooLate()) {
      sql.flush();
      for (String table : Migrations.FILLED_BY_INGEST) {
        sql.update("DELETE FROM " + table);
      }
      isForgotten = true;
    }
    return isForgotten;
  }

  private void add(BalanceLine line) throws SQLException {
    LineHeader header = line.header();
    extent.add(header, line.from().toEpochMilli(), line.to().toEpochMilli());
    news.add(header, line.to().toEpochMilli());
    Map<MeterId, BalanceLine.MeterBalance> seen = new HashMap<>();
    for (BalanceLine.MeterBalance part : line.meters()) {
      if (part.within().isPresent()) {
        containments.learn(header, part.meter(), part.within().get());
      }
      if (isSeen(part)) {
        seen.put(part.meter(), part);
      }
    }
    containments.see(header, seen.keySet());
    Containment containment = containments.of(header);
    for (BalanceLine.MeterBalance part : line.meters()) {
      boolean counts = containment.counts(part.meter(), seen.keySet());
      if (counts) {
        addMetered(line, part);
      } else {
        addContaining(line, part, containment, seen);
      }
      for (BalanceLine.JobShare share : part.jobs()) {
        runs.of(header, share).add(line, part.meter(), share, counts);
      }
    }
  }

  private static boolean isSeen(BalanceLine.MeterBalance part) {
    return !part.total().isZero()
        || !part.platform().isZero()
        || !part.unknown().isZero()
        || part.outsideSlurm().stream().anyMatch(share -> !share.energy().isZero());
  }

  private void addMetered(BalanceLine line, BalanceLine.MeterBalance part) throws SQLException {
    long cluster = names.number(line.header().cluster());
    long hour = HourSums.hour(line.from().toEpochMilli());
    long[] fields = metered.at(MeteredKeys.cluster(cluster), hour);
    MeteredField.TOTAL.add(fields, part.total());
    MeteredField.PLATFORM.add(fields, part.platform());
    MeteredField.UNKNOWN.add(fields, part.unknown());
    Map<Integer, EnergyByQuality> byUser = new TreeMap<>();
    for (BalanceLine.OutsideShare share : part.outsideSlurm()) {
      MeteredField.OUTSIDE.add(fields, share.energy());
      byUser.merge(share.uid(), share.energy(), EnergyByQuality::plus);
    }
    for (Map.Entry<Integer, EnergyByQuality> user : byUser.entrySet()) {
      MeteredField.TOTAL.add(
          metered.at(MeteredKeys.user(cluster, user.getKey()), hour), user.getValue());
    }
  }

  private void addContaining(
      BalanceLine line,
      BalanceLine.MeterBalance part,
      Containment containment,
      Map<MeterId, BalanceLine.MeterBalance> seen)
      throws SQLException {
    if (part.total().isZero()) {
      return;
    }
    DayTable.Key key =
        MeteredKeys.meter(
            names.number(line.header().cluster()),
            names.number(line.header().node()),
            names.number(part.meter().toString()));
    long[] fields = metered.at(key, HourSums.hour(line.from().toEpochMilli()));
    MeteredField.TOTAL.add(fields, part.total());
    for (MeterId inner : containment.within(part.meter())) {
      BalanceLine.MeterBalance within = seen.get(inner);
      if (within != null && containment.counts(inner, seen.keySet())) {
        MeteredField.WITHIN.add(fields, within.total());
      }
    }
  }

  private void add(JobLine line) throws SQLException {
    long until = line.end().toEpochMilli();
    // a begin by a clock that was set in mid-run may be years off
    long from = Math.max(line.begin().toEpochMilli(), until - line.elapsedMillis());
    extent.add(line.header(), Math.min(from, until), until);
    news.add(line.header(), line.end().toEpochMilli());
    Set<MeterId> named = new HashSet<>();
    line.energy().forEach(part -> named.add(part.meter()));
    containments.see(line.header(), named);
    runs.of(line).end(line);
  }

  /** Writes what was added; after that its queries and those of others see it. */
  public void flush() throws SQLException {
    hashes.flush();
    runs.flush();
    metered.flush();
    extent.flush();
    news.flush();
    sql.flush();
  }

  /** Flushes too: what was added is the transaction's. */
  @Override
  public void close() throws SQLException {
    if (!isForgotten) {
      flush();
    }
    sql.close();
  }
}
