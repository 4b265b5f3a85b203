package org.sobre.accounting.store;

import java.util.HashMap;
import java.util.Map;

/**
 * When runs drew their energy. Of one that lies in a single span all is known from run_block; of
 * the others the hours are looked at.
 */
final class RunDrawn {

  private final HourRange range;
  private final Spans spans;
  private final Map<RowKey, SpanEnergy> rows = new HashMap<>();

  RunDrawn(HourRange range, Spans spans) {
    this.range = range;
    this.spans = spans;
  }

  Map<RowKey, SpanEnergy> rows() {
    return rows;
  }

  void add(RowKey row, RunBlocks.Entry run, StoredRuns.Block block) {
    if (spans.size() == 1) {
      return;
    }
    SpanEnergy energy = rows.computeIfAbsent(row, absent -> new SpanEnergy(spans.size()));
    if (range.containsAll(run.firstHour(), run.lastHour())
        && spans.isOneOf(run.firstHour(), run.lastHour())) {
      energy.add(spans.of(run.firstHour()), run.fields());
    } else {
      addHours(energy, run, block.detailsOf(run.run()));
    }
  }

  void addAll(RunDrawn other) {
    other.rows.forEach(
        (row, energy) ->
            rows.computeIfAbsent(row, absent -> new SpanEnergy(spans.size())).addAll(energy));
  }

  /** What balances told by their hours; what its job line told beyond them at its end. */
  private void addHours(SpanEnergy energy, RunBlocks.Entry run, byte[] details) {
    long[] ahead = new long[UsageField.MODELLED.at() + 1];
    System.arraycopy(run.fields(), 0, ahead, 0, ahead.length);
    RunCodec.hours(details)
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
}
