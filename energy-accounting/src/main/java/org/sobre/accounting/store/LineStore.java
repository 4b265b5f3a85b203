package org.sobre.accounting.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.sobre.energy.ledger.BalanceLine;
import org.sobre.energy.ledger.EnergyByQuality;
import org.sobre.energy.ledger.JobLine;
import org.sobre.energy.ledger.LedgerLine;
import org.sobre.energy.ledger.LineHeader;
import org.sobre.energy.ledger.MeterId;
import org.sobre.energy.ledger.Quality;
import org.sobre.energy.ledger.RunKey;

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
  private final Map<String, Long> boots = new HashMap<>();
  private final Map<MeterKey, Long> meters = new HashMap<>();
  private final Map<RunKey, Long> runs = new HashMap<>();

  private record MeterKey(String cluster, String node, MeterId meter, Optional<MeterId> within) {}

  public LineStore(Connection connection) {
    this.sql = new Statements(connection);
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
    String key = header.cluster() + "\n" + header.node() + "\n" + header.boot();
    Long cached = boots.get(key);
    if (cached != null) {
      return cached;
    }
    sql.update(
        "INSERT INTO boot (cluster, node, boot) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
        header.cluster(),
        header.node(),
        header.boot());
    long id =
        required(
            sql.number(
                "SELECT id FROM boot WHERE cluster = ? AND node = ? AND boot = ?",
                header.cluster(),
                header.node(),
                header.boot()));
    boots.put(key, id);
    return id;
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
        required(
            sql.number(
                "SELECT id FROM balance WHERE boot_id = ? AND seq = ?", boot, line.header().seq()));
    for (BalanceLine.MeterBalance part : line.meters()) {
      long meter = meterId(line.header(), part.meter(), part.within());
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
          amount(user.getValue(), Quality.COUNTER),
          amount(user.getValue(), Quality.SAMPLED),
          amount(user.getValue(), Quality.MODELLED));
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
          amount(energy, Quality.COUNTER),
          amount(energy, Quality.SAMPLED),
          amount(energy, Quality.MODELLED));
    }
  }

  private void add(LineHeader header, long balance, long meter, BalanceLine.JobShare share)
      throws SQLException {
    RunRow run =
        new RunRow(header, share.job(), share.begin(), share.account().orElse(null), share.uid());
    sql.update(
        "INSERT INTO share (balance_id, run_id, meter_id, observed_ms, idle_uj, counter_uj,"
            + " sampled_uj, modelled_uj) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        balance,
        runId(run),
        meter,
        share.observedMillis(),
        share.idle().map(idle -> idle.microjoules()).orElse(null),
        amount(share.energy(), Quality.COUNTER),
        amount(share.energy(), Quality.SAMPLED),
        amount(share.energy(), Quality.MODELLED));
  }

  private void add(JobLine line) throws SQLException {
    RunRow row =
        new RunRow(
            line.header(),
            line.facts().key(),
            line.begin(),
            line.facts().account().orElse(null),
            line.facts().uid());
    long run = runId(row);
    if (!row.end(sql, run, line)) {
      return;
    }
    for (JobLine.HeldGpu gpu : line.held().gpus()) {
      sql.update(
          "INSERT INTO held_gpu (run_id, device, type, fraction_billionths) VALUES (?, ?, ?, ?)"
              + " ON CONFLICT (run_id, device) DO UPDATE SET fraction_billionths ="
              + " MIN(fraction_billionths + excluded.fraction_billionths, 1000000000)",
          run,
          gpu.device(),
          gpu.type(),
          gpu.fractionBillionths());
    }
    for (JobLine.PartEnergy part : line.energy()) {
      sql.update(
          "INSERT INTO run_energy (run_id, meter_id, observed_ms, missing, counter_uj, sampled_uj,"
              + " modelled_uj) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
          run,
          meterId(line.header(), part.meter(), Optional.empty()),
          part.observedMillis(),
          part.missing().orElse(null),
          amount(part.energy(), Quality.COUNTER),
          amount(part.energy(), Quality.SAMPLED),
          amount(part.energy(), Quality.MODELLED));
    }
  }

  private long runId(RunRow row) throws SQLException {
    RunKey key = new RunKey(row.header().cluster(), row.header().node(), row.job(), row.begin());
    Long cached = runs.get(key);
    if (cached != null) {
      return cached;
    }
    long id = row.id(sql);
    runs.put(key, id);
    return id;
  }

  private long meterId(LineHeader header, MeterId meter, Optional<MeterId> within)
      throws SQLException {
    MeterKey key = new MeterKey(header.cluster(), header.node(), meter, within);
    Long cached = meters.get(key);
    if (cached != null) {
      return cached;
    }
    sql.update(
        "INSERT INTO meter (cluster, node, part, device, within) VALUES (?, ?, ?, ?, ?)"
            + " ON CONFLICT DO UPDATE SET within = coalesce(excluded.within, within)",
        header.cluster(),
        header.node(),
        meter.part().jsonName(),
        meter.device(),
        within.map(MeterId::toString).orElse(null));
    long id =
        required(
            sql.number(
                "SELECT id FROM meter WHERE cluster = ? AND node = ? AND part = ? AND device = ?",
                header.cluster(),
                header.node(),
                meter.part().jsonName(),
                meter.device()));
    meters.put(key, id);
    return id;
  }

  private static @Nullable Long amount(EnergyByQuality energy, Quality quality) {
    return energy.of(quality).isZero() ? null : energy.of(quality).microjoules();
  }

  private static long required(OptionalLong id) {
    return id.orElseThrow(() -> new IllegalStateException("a row just written is not there"));
  }

  @Override
  public void close() throws SQLException {
    sql.close();
  }
}
