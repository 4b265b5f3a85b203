package org.sobre.accounting.store;

import java.math.BigInteger;
import java.sql.SQLException;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** When the runs that declared work and ended in some hours drew their energy, by keys. */
final class DeclaredRuns {

  private final Set<UsageKey> keys;
  private final RunChoice choice;
  private final HourRange ended;
  private final Spans spans;
  private final RunDrawn items;
  private final RunDrawn tokens;

  /**
   * @param ended in which runs ended
   * @param drawn in which they drew what counts
   */
  DeclaredRuns(
      Set<UsageKey> keys, RunChoice choice, HourRange ended, HourRange drawn, Spans spans) {
    this.keys = keys;
    this.choice = choice;
    this.ended = ended;
    this.spans = spans;
    this.items = new RunDrawn(drawn, spans);
    this.tokens = new RunDrawn(drawn, spans);
  }

  List<DeclaredDrawn> read(Statements sql, List<UsageKey> named, UsageNames called)
      throws SQLException {
    StoredRuns.visit(
        sql, ended, spans.size() > 1, block -> block.forEach(ended, run -> add(run, block)));
    Set<RowKey> rows = new HashSet<>(items.rows().keySet());
    rows.addAll(tokens.rows().keySet());
    return rows.stream()
        .map(
            row ->
                new DeclaredDrawn(
                    named.stream().map(key -> called.name(key, row)).toList(),
                    drawn(items.rows(), row),
                    drawn(tokens.rows(), row)))
        .toList();
  }

  private void add(RunBlocks.Entry run, StoredRuns.Block block) {
    long[] fields = run.fields();
    boolean toldItems = fields[UsageField.TOLD_ITEMS.at()] > 0;
    boolean toldTokens =
        fields[UsageField.TOLD_TOKENS_IN.at()] + fields[UsageField.TOLD_TOKENS_OUT.at()] > 0;
    if (!(toldItems || toldTokens) || !ended.contains(run.endHour()) || !choice.has(run)) {
      return;
    }
    RowKey row = RowKey.of(keys, run);
    if (toldItems) {
      items.add(row, run, block);
    }
    if (toldTokens) {
      tokens.add(row, run, block);
    }
  }

  private List<BigInteger> drawn(Map<RowKey, SpanEnergy> rows, RowKey row) {
    SpanEnergy energy = rows.get(row);
    return energy == null
        ? Collections.nCopies(spans.size(), BigInteger.ZERO)
        : energy.microjoules();
  }
}
