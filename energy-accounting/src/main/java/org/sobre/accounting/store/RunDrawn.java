package org.sobre.accounting.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;

/**
 * When runs drew their energy. Of one that lies in a single span all is known from run_block; of
 * the others the hours are read, those of a whole block with one question.
 */
final class RunDrawn {

  private final Statements sql;
  private final HourRange range;
  private final Spans spans;
  private final Map<RowKey, SpanEnergy> rows = new HashMap<>();
  private final Map<Long, byte[]> details = new HashMap<>();
  private long block = -1;

  RunDrawn(Statements sql, HourRange range, Spans spans) {
    this.sql = sql;
    this.range = range;
    this.spans = spans;
  }

  Map<RowKey, SpanEnergy> rows() {
    return rows;
  }

  void add(RowKey row, RunBlocks.Entry run) throws SQLException {
    if (spans.size() == 1) {
      return;
    }
    SpanEnergy energy = rows.computeIfAbsent(row, absent -> new SpanEnergy(spans.size()));
    int first = spans.of(run.firstHour());
    if (range.containsAll(run.firstHour(), run.lastHour()) && spans.of(run.lastHour()) == first) {
      energy.add(first, run.fields());
    } else {
      addHours(energy, run);
    }
  }

  /** What balances told by their hours; what its job line told beyond them at its end. */
  private void addHours(SpanEnergy energy, RunBlocks.Entry run) throws SQLException {
    long[] ahead = new long[UsageField.MODELLED.at() + 1];
    System.arraycopy(run.fields(), 0, ahead, 0, ahead.length);
    RunCodec.hours(details(run.run()))
        .forEach(
            (hour, fields) -> {
              for (int i = 0; i < ahead.length; i++) {
                ahead[i] -= fields[i];
              }
              if (range.contains(hour)) {
                energy.add(spans.of(hour), fields);
              }
            });
    if (range.contains(run.endHour())) {
      energy.add(spans.of(run.endHour()), ahead);
    }
  }

  private byte[] details(long run) throws SQLException {
    if (RunBlocks.block(run) != block) {
      block = RunBlocks.block(run);
      details.clear();
      try (ResultSet row =
          sql.query(
              "SELECT id, details FROM run WHERE id >= ? AND id < ?",
              RunBlocks.firstOf(block),
              RunBlocks.firstOf(block + 1))) {
        while (row.next()) {
          details.put(row.getLong(1), row.getBytes(2));
        }
      }
    }
    byte[] known = details.get(run);
    if (known == null) {
      throw new IllegalStateException("run " + run + " of run_block is not in run");
    }
    return known;
  }
}
