package org.sobre.accounting.store;

import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.sobre.energy.ledger.LineHeader;
import org.sobre.energy.ledger.MeterId;
import org.sobre.energy.ledger.RunKey;

/**
 * The numbers of the rows that lines refer to, which are written where they are not there yet. One
 * for each transaction: it remembers them.
 */
final class RowIds {

  private record MeterKey(String cluster, String node, MeterId meter, Optional<MeterId> within) {}

  private record RunOfAccount(RunKey run, Optional<String> account) {}

  private final Statements sql;
  private final Map<String, Long> boots = new HashMap<>();
  private final Map<MeterKey, Long> meters = new HashMap<>();
  private final Map<RunOfAccount, Long> runs = new HashMap<>();

  RowIds(Statements sql) {
    this.sql = sql;
  }

  long boot(LineHeader header) throws SQLException {
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

  long run(RunRow row) throws SQLException {
    RunKey run = new RunKey(row.header().cluster(), row.header().node(), row.job(), row.begin());
    RunOfAccount key = new RunOfAccount(run, Optional.ofNullable(row.account()));
    Long cached = runs.get(key);
    if (cached != null) {
      return cached;
    }
    long id = row.id(sql);
    runs.put(key, id);
    return id;
  }

  long meter(LineHeader header, MeterId meter, Optional<MeterId> within) throws SQLException {
    MeterKey key = new MeterKey(header.cluster(), header.node(), meter, within);
    Long cached = meters.get(key);
    if (cached != null) {
      return cached;
    }
    sql.update(
        "INSERT INTO meter (cluster, node, part, device) VALUES (?, ?, ?, ?)"
            + " ON CONFLICT DO NOTHING",
        header.cluster(),
        header.node(),
        meter.part().jsonName(),
        meter.device());
    long id =
        required(
            sql.number(
                "SELECT id FROM meter WHERE cluster = ? AND node = ? AND part = ? AND device = ?",
                header.cluster(),
                header.node(),
                meter.part().jsonName(),
                meter.device()));
    if (within.isPresent()) {
      sql.update(
          "INSERT INTO meter_within (meter_id, whole_id) VALUES (?, ?) ON CONFLICT DO NOTHING",
          id,
          meter(header, within.get(), Optional.empty()));
    }
    meters.put(key, id);
    return id;
  }

  static long required(OptionalLong id) {
    return id.orElseThrow(() -> new IllegalStateException("a row just written is not there"));
  }
}
