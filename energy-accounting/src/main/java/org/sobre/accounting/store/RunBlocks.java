package org.sobre.accounting.store;

import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What reports add of each run, 256 runs a row: a year's million is read in some thousand rows
 * ({@link StoredRuns}). Blocks follow the numbers of runs, which follow the order of ledger files,
 * so those of a month lie together.
 */
final class RunBlocks {

  static final int RUNS = 256;

  /** Whose a run was: numbers of names, and the uid. */
  record Owner(
      long cluster,
      long node,
      long account,
      long uid,
      long user,
      long gpus,
      long profile,
      long unit,
      long missing) {}

  /**
   * One run.
   *
   * @param job the number of the first run of its job
   * @param alone whether it is the only run of its job
   * @param measured whether any meter was read for any time
   * @param firstHour of which it has anything, and lastHour
   * @param endHour at which falls what it declared
   * @param fields sums of its hours, and what it declared
   */
  @SuppressWarnings("ArrayRecordComponent") // a report reads a million, and compares none
  record Entry(
      long run,
      long job,
      boolean alone,
      boolean ended,
      boolean measured,
      long firstHour,
      long lastHour,
      long endHour,
      Owner owner,
      long[] fields) {

    void write(BlobWriter out) {
      out.signed(run - job)
          .unsigned((alone ? 1 : 0) | (ended ? 2 : 0) | (measured ? 4 : 0))
          .signed(firstHour)
          .unsigned(lastHour - firstHour)
          .unsigned(lastHour - endHour)
          .unsigned(owner.cluster)
          .unsigned(owner.node)
          .unsigned(owner.account)
          .unsigned(owner.uid)
          .unsigned(owner.user)
          .unsigned(owner.gpus)
          .unsigned(owner.profile)
          .unsigned(owner.unit)
          .unsigned(owner.missing)
          .fields(fields);
    }

    static Entry read(long run, BlobReader in) {
      long job = run - in.signed();
      long flags = in.unsigned();
      long first = in.signed();
      long last = first + in.unsigned();
      long end = last - in.unsigned();
      Owner owner =
          new Owner(
              in.unsigned(),
              in.unsigned(),
              in.unsigned(),
              in.unsigned(),
              in.unsigned(),
              in.unsigned(),
              in.unsigned(),
              in.unsigned(),
              in.unsigned());
      long[] fields = new long[UsageField.WIDTH];
      in.addTo(fields);
      return new Entry(
          run,
          job,
          (flags & 1) != 0,
          (flags & 2) != 0,
          (flags & 4) != 0,
          first,
          last,
          end,
          owner,
          fields);
    }
  }

  static long block(long run) {
    return run / RUNS;
  }

  /** The number of the first run of a block. */
  static long firstOf(long block) {
    return block * RUNS;
  }

  private static final long NONE = -1;

  private final Statements sql;
  private final TreeMap<Long, Map<Long, Entry>> changed = new TreeMap<>();
  private long lastStored;

  RunBlocks(Statements sql) throws SQLException {
    this.sql = sql;
    this.lastStored = sql.number("SELECT max(block) FROM run_block").orElse(NONE);
  }

  void put(Entry entry) {
    changed.computeIfAbsent(block(entry.run()), block -> new HashMap<>()).put(entry.run(), entry);
  }

  void flush() throws SQLException {
    flushAllBut(NONE);
  }

  /**
   * As {@link #flush}, without what is put in one block.
   *
   * @param block to which more runs will be added
   */
  void flushAllBut(long block) throws SQLException {
    Map<Long, Entry> waiting = changed.remove(block);
    for (Map.Entry<Long, Map<Long, Entry>> other : changed.entrySet()) {
      flush(other.getKey(), other.getValue());
    }
    changed.clear();
    if (waiting != null) {
      changed.put(block, waiting);
    }
  }

  private void flush(long block, Map<Long, Entry> entries) throws SQLException {
    TreeMap<Long, Entry> runs = new TreeMap<>();
    if (block <= lastStored) {
      sql.bytes("SELECT runs FROM run_block WHERE block = ?", block)
          .ifPresent(bytes -> read(block, bytes, runs));
    }
    runs.putAll(entries);
    write(block, runs);
    lastStored = Math.max(lastStored, block);
  }

  private static void read(long block, byte[] bytes, Map<Long, Entry> runs) {
    BlobReader in = new BlobReader(bytes);
    while (!in.isAtEnd()) {
      Entry entry = Entry.read(block * RUNS + in.unsigned(), in);
      runs.put(entry.run(), entry);
    }
  }

  private void write(long block, SortedMap<Long, Entry> runs) throws SQLException {
    BlobWriter out = new BlobWriter();
    long first = Long.MAX_VALUE;
    long last = Long.MIN_VALUE;
    for (Entry entry : runs.values()) {
      out.unsigned(entry.run() % RUNS);
      entry.write(out);
      first = Math.min(first, entry.firstHour());
      last = Math.max(last, entry.lastHour());
    }
    sql.batch(
        "REPLACE INTO run_block (block, first_hour, last_hour, runs) VALUES (?, ?, ?, ?)",
        block,
        first,
        last,
        out.bytes());
  }
}
