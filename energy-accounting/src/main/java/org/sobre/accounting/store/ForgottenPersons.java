package org.sobre.accounting.store;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which of the ledger's files had lost their persons when it was read. Where others have since, all
 * that was derived from lines is emptied, and the ledger is read anew. Within a transaction of the
 * caller.
 */
public final class ForgottenPersons implements AutoCloseable {

  /**
   * What the tables hold.
   *
   * @param recordBytes of the ledger's record that were read, 0 where there was none
   * @param isSwept whether what was deleted is in no free page any more
   * @param keptFrom persons of jobs that ended before it are not kept; absent: all are
   */
  public record State(long recordBytes, boolean isSwept, Optional<Instant> keptFrom) {
    static final State FIRST = new State(0, true, Optional.empty());
  }

  private final Statements sql;

  public ForgottenPersons(Connection connection) {
    this.sql = new Statements(connection);
  }

  public State state() throws SQLException {
    try (ResultSet row =
        sql.query("SELECT record_bytes, swept, kept_from_s FROM ledger_forgotten")) {
      if (!row.next()) {
        return State.FIRST;
      }
      long seconds = row.getLong(3);
      Optional<Instant> keptFrom =
          row.wasNull() ? Optional.empty() : Optional.of(Instant.ofEpochSecond(seconds));
      return new State(row.getLong(1), row.getLong(2) == 1, keptFrom);
    }
  }

  /**
   * Empties what follows from lines, takes persons out of what Slurm told, and notes what the
   * record says by now. Of Slurm's jobs stay those that the ledger has no run of, which reports
   * count.
   */
  public void begin(long recordBytes, Optional<Instant> keptFrom) throws SQLException {
    for (String table : Migrations.FILLED_BY_INGEST) {
      sql.update("DELETE FROM " + table);
    }
    if (keptFrom.isPresent()) {
      SlurmJobs.forget(sql, keptFrom.get());
    }
    note(new State(recordBytes, false, keptFrom));
  }

  /** What was deleted has left the file. */
  public void swept() throws SQLException {
    sql.update("UPDATE ledger_forgotten SET swept = 1");
  }

  private void note(State state) throws SQLException {
    @Nullable Long from = state.keptFrom().map(Instant::getEpochSecond).orElse(null);
    sql.update("DELETE FROM ledger_forgotten");
    sql.update(
        "INSERT INTO ledger_forgotten (record_bytes, swept, kept_from_s) VALUES (?, ?, ?)",
        state.recordBytes(),
        state.isSwept() ? 1L : 0L,
        from);
  }

  @Override
  public void close() throws SQLException {
    sql.close();
  }
}
