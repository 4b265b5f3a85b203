package org.sobre.accounting.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;

/** Reads what {@link RunBlocks} wrote. */
final class StoredRuns {

  private StoredRuns() {}

  /**
   * Some runs, not yet looked into: several threads may do that at once.
   *
   * @param number of the block
   * @param runs as they are stored
   * @param details of each of them, as {@link RunCodec} wrote them; empty if nobody asked for them
   */
  @SuppressWarnings("ArrayRecordComponent") // nobody compares them
  record Block(long number, byte[] runs, Map<Long, byte[]> details) {

    /** Gives those that a range of hours sees something of. */
    void forEach(HourRange range, Visitor visitor) {
      BlobReader in = new BlobReader(runs);
      while (!in.isAtEnd()) {
        RunBlocks.Entry run = RunBlocks.Entry.read(RunBlocks.firstOf(number) + in.unsigned(), in);
        if (range.isTouched(run.firstHour(), run.lastHour())) {
          visitor.run(run);
        }
      }
    }

    byte[] detailsOf(long run) {
      byte[] known = details.get(run);
      if (known == null) {
        throw new IllegalStateException("run " + run + " of run_block is not in run");
      }
      return known;
    }
  }

  /** Takes a run. */
  @FunctionalInterface
  interface Visitor {
    void run(RunBlocks.Entry run);
  }

  /** Takes a block. */
  @FunctionalInterface
  interface BlockVisitor {
    void block(Block block) throws SQLException;
  }

  /** Gives the runs that a range of hours sees something of. */
  static void visit(Statements sql, HourRange range, Visitor visitor) throws SQLException {
    visit(sql, range, /* detailed= */ false, block -> block.forEach(range, visitor));
  }

  /**
   * Gives the blocks of runs that a range of hours may see something of.
   *
   * @param detailed whether with all that is known of each run
   */
  static void visit(Statements sql, HourRange range, boolean detailed, BlockVisitor visitor)
      throws SQLException {
    try (ResultSet row =
        sql.query(
            "SELECT block, runs FROM run_block WHERE last_hour >= ? AND first_hour < ?"
                + " ORDER BY block",
            range.first(),
            range.end())) {
      while (row.next()) {
        long block = row.getLong(1);
        byte[] runs = row.getBytes(2);
        visitor.block(new Block(block, runs, detailed ? details(sql, block) : Map.of()));
      }
    }
  }

  private static Map<Long, byte[]> details(Statements sql, long block) throws SQLException {
    Map<Long, byte[]> details = new HashMap<>();
    try (ResultSet row =
        sql.query(
            "SELECT id, details FROM run WHERE id >= ? AND id < ?",
            RunBlocks.firstOf(block),
            RunBlocks.firstOf(block + 1))) {
      while (row.next()) {
        details.put(row.getLong(1), row.getBytes(2));
      }
    }
    return details;
  }
}
