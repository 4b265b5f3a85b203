package org.sobre.accounting.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.sobre.energy.ledger.BalanceLine;
import org.sobre.energy.ledger.EnergyByQuality;
import org.sobre.energy.ledger.JobLine;
import org.sobre.energy.ledger.LedgerLine;
import org.sobre.energy.ledger.LineHeader;
import org.sobre.energy.ledger.Quality;

/**
 * Takes ledger lines into the tables, within the transaction of its caller. A line is known by
 * cluster, node, boot and seq: taking it again changes nothing. The order in which lines come does
 * not matter. One for each transaction: it remembers the numbers of rows it has written.
 */
public final class LineStore implements AutoCloseable {

  /** What became of a line. */
  public enum Outcome {
    NEW,
    KNOWN,
    /** Another line is known under the same seq; this one was not taken. */
    CONFLICT
  }

  private final Statements sql;
  private final RowIds ids;

  public LineStore(Connection connection) {
    this.sql = new Statements(connection);
    this.ids = new RowIds(sql);
  }

  /**
   * @param hash of the line's text, as its successor has it for {@code prev}
   */
  public Outcome add(LedgerLine line, String hash) throws SQLException {
    long boot = bootId(line.header());
    long seq = line.header().seq();
    Optional<String> known =
        sql.text("SELECT hash FROM line WHERE boot_id = ? AND seq = ?", boot, seq);
    if (known.isPresent()) {
      return known.get().equals(hash) ? Outcome.KNOWN : Outcome.CONFLICT;
    }
    sql.update("INSERT INTO line (boot_id, seq, hash) VALUES (?, ?, ?)", boot, seq, hash);
    if (line instanceof BalanceLine balance) {
      add(boot, balance);
    } else if (line instanceof JobLine job) {
      add(job);
    }
    return Outcome.NEW;
  }

  /** The number of a line's boot in the tables. */
  public long bootId(LineHeader header) throws SQLException {
    return ids.boot(header);
  }

  private void add(long boot, BalanceLine line) throws SQLException {
    sql.update(
        "INSERT INTO balance (boot_id, seq, from_ms, to_ms, elapsed_ms) VALUES (?, ?, ?, ?, ?)",
        boot,
        line.header().seq(),
        line.from().toEpochMilli(),
        line.to().toEpochMilli(),
        line.elapsedMillis());
    long balance =
        RowIds.required(
            sql.number(
                "SELECT id FROM balance WHERE boot_id = ? AND seq = ?", boot, line.header().seq()));
    for (BalanceLine.MeterBalance part : line.meters()) {
      long meter = ids.meter(line.header(), part.meter(), part.within());
      metered(balance, meter, "total", part.total());
      metered(balance, meter, "platform", part.platform());
      metered(balance, meter, "unknown", part.unknown());
      outside(balance, meter, part.outsideSlurm());
      for (BalanceLine.JobShare share : part.jobs()) {
        add(line.header(), balance, meter, share);
      }
    }
  }

  private void outside(long balance, long meter, List<BalanceLine.OutsideShare> shares)
      throws SQLException {
    EnergyByQuality all = EnergyByQuality.NONE;
    Map<Integer, EnergyByQuality> byUser = new TreeMap<>();
    for (BalanceLine.OutsideShare share : shares) {
      all = all.plus(share.energy());
      byUser.merge(share.uid(), share.energy(), EnergyByQuality::plus);
    }
    metered(balance, meter, "outside", all);
    for (Map.Entry<Integer, EnergyByQuality> user : byUser.entrySet()) {
      sql.update(
          "INSERT INTO outside (balance_id, meter_id, uid, counter_uj, sampled_uj, modelled_uj)"
              + " VALUES (?, ?, ?, ?, ?, ?)",
          balance,
          meter,
          user.getKey(),
          JobLineRows.amount(user.getValue(), Quality.COUNTER),
          JobLineRows.amount(user.getValue(), Quality.SAMPLED),
          JobLineRows.amount(user.getValue(), Quality.MODELLED));
    }
  }

  private void metered(long balance, long meter, String kind, EnergyByQuality energy)
      throws SQLException {
    if (!energy.isZero()) {
      sql.update(
          "INSERT INTO metered (balance_id, meter_id, kind, counter_uj, sampled_uj, modelled_uj)"
              + " VALUES (?, ?, ?, ?, ?, ?)",
          balance,
          meter,
          kind,
          JobLineRows.amount(energy, Quality.COUNTER),
          JobLineRows.amount(energy, Quality.SAMPLED),
          JobLineRows.amount(energy, Quality.MODELLED));
    }
  }

  private void add(LineHeader header, long balance, long meter, BalanceLine.JobShare share)
      throws SQLException {
    RunRow run =
        new RunRow(header, share.job(), share.begin(), share.account().orElse(null), share.uid());
    sql.update(
        "INSERT INTO share (balance_id, run_id, meter_id, observed_ms, fraction_billionths,"
            + " idle_uj, counter_uj, sampled_uj, modelled_uj)"
            + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        balance,
        ids.run(run),
        meter,
        share.observedMillis(),
        share.fraction().isPresent() ? share.fractionBillionths() : null,
        share.idle().map(idle -> idle.microjoules()).orElse(null),
        JobLineRows.amount(share.energy(), Quality.COUNTER),
        JobLineRows.amount(share.energy(), Quality.SAMPLED),
        JobLineRows.amount(share.energy(), Quality.MODELLED));
  }

  private void add(JobLine line) throws SQLException {
    RunRow row =
        new RunRow(
            line.header(),
            line.facts().key(),
            line.begin(),
            line.facts().account().orElse(null),
            line.facts().uid());
    long run = ids.run(row);
    if (!row.end(sql, run, line)) {
      return;
    }
    new JobLineRows(sql, ids).add(run, line);
  }

  @Override
  public void close() throws SQLException {
    sql.close();
  }
}
