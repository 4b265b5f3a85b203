package org.sobre.accounting.store;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * What runs add up to, by keys. Of one thread; sums of several threads are added up in the end,
 * exactly, so that it is the same who added which run.
 */
final class RunSums {

  private final Names names;
  private final RunChoice choice;
  private final HourRange range;
  private final Function<RunBlocks.Entry, RowKey> keys;
  private final RunDrawn drawn;
  private final Map<RowKey, UsageSum> rows = new HashMap<>();
  private final List<RunBlocks.Entry> parted = new ArrayList<>();

  RunSums(
      Names names,
      RunChoice choice,
      HourRange range,
      Spans spans,
      Function<RunBlocks.Entry, RowKey> keys) {
    this.names = names;
    this.choice = choice;
    this.range = range;
    this.keys = keys;
    this.drawn = new RunDrawn(range, spans);
  }

  static Function<RunBlocks.Entry, RowKey> by(Set<UsageKey> keys) {
    return run -> RowKey.of(keys, run);
  }

  Map<RowKey, UsageSum> rows() {
    return rows;
  }

  Map<RowKey, SpanEnergy> drawn() {
    return drawn.rows();
  }

  /** Runs of which a part lies in the range: what they used in it is to be added. */
  List<RunBlocks.Entry> parted() {
    return parted;
  }

  void add(StoredRuns.Block block) {
    block.forEach(
        range,
        run -> {
          if (choice.has(run)) {
            add(run, block);
          }
        });
  }

  private void add(RunBlocks.Entry run, StoredRuns.Block block) {
    RowKey row = keys.apply(run);
    drawn.add(row, run, block);
    if (range.containsAll(run.firstHour(), run.lastHour())) {
      add(row, run, run.fields(), run.measured());
    } else {
      parted.add(run);
    }
  }

  /**
   * Adds a run, or a part of it.
   *
   * @param measured whether any meter was read in it
   */
  void add(RunBlocks.Entry run, long[] fields, boolean measured) {
    add(keys.apply(run), run, fields, measured);
  }

  private void add(RowKey row, RunBlocks.Entry run, long[] fields, boolean measured) {
    UsageSum sum = rows.get(row);
    if (sum == null) {
      sum = new UsageSum();
      rows.put(row, sum);
    }
    if (run.owner().unit() == Names.NONE) {
      sum.add(fields);
    } else {
      sum.add(names.text(run.owner().unit()), fields);
    }
    if (run.alone()) {
      sum.addJobs(1, measured ? 1 : 0);
    } else {
      sum.addJob(run.job(), measured);
    }
    if (run.owner().missing() != Names.NONE) {
      sum.addMissing(names.text(run.owner().missing()));
    }
  }

  void addAll(RunSums other) {
    other.rows.forEach(
        (row, sum) -> rows.computeIfAbsent(row, absent -> new UsageSum()).addAll(sum));
    drawn.addAll(other.drawn);
    parted.addAll(other.parted);
  }
}
