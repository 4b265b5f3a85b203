package org.sobre.accounting.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.sobre.slurm.command.AccountedJob;

/** A start of a job as {@code slurm_job} has it: what sacct told, in the table's columns. */
final class SlurmJobRow {

  /** What sacct told; {@link #job} reads them from the first column on. */
  static final String COLUMNS =
      "cluster, slurm_job, submit_s, name, user_name, uid, account, partition_name, state,"
          + " requested_tres, gpus, nodes, start_s, end_s, elapsed_s";

  /** Of {@link #COLUMNS}. */
  static final int WIDTH = 15;

  private SlurmJobRow() {}

  /**
   * Together with others; see {@link Statements#batch}.
   *
   * @param nodesTold how many of its nodes told a run of it
   */
  static void put(Statements sql, String cluster, AccountedJob job, long nodesTold)
      throws SQLException {
    sql.batch(
        "REPLACE INTO slurm_job ("
            + COLUMNS
            + ", nodes_told, covered)"
            + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        cluster,
        job.id(),
        job.submit().getEpochSecond(),
        job.name(),
        job.user().orElse(null),
        (long) job.uid(),
        job.account().orElse(null),
        job.partition().orElse(null),
        job.state(),
        job.requestedTres(),
        job.gpus().isPresent() ? (Long) (long) job.gpus().getAsInt() : null,
        (long) job.nodes(),
        seconds(job.start()),
        seconds(job.end()),
        job.elapsed().toSeconds(),
        nodesTold,
        isCovered(job, nodesTold) ? 1L : 0L);
  }

  /** Whether every node that a start had told a run of it. */
  static boolean isCovered(AccountedJob job, long nodesTold) {
    return nodesTold > 0 && nodesTold >= job.nodes();
  }

  private static @Nullable Long seconds(Optional<Instant> time) {
    return time.map(Instant::getEpochSecond).orElse(null);
  }

  static AccountedJob job(ResultSet row) throws SQLException {
    OptionalLong gpus = number(row, 11);
    return new AccountedJob(
        row.getString(1),
        row.getLong(2),
        row.getString(4),
        Optional.ofNullable(row.getString(5)),
        (int) row.getLong(6),
        Optional.ofNullable(row.getString(7)),
        row.getString(9),
        Instant.ofEpochSecond(row.getLong(3)),
        time(row, 13),
        time(row, 14),
        Duration.ofSeconds(row.getLong(15)),
        row.getString(10),
        gpus.isPresent() ? OptionalInt.of((int) gpus.getAsLong()) : OptionalInt.empty(),
        (int) row.getLong(12),
        Optional.ofNullable(row.getString(8)),
        Optional.empty());
  }

  private static Optional<Instant> time(ResultSet row, int column) throws SQLException {
    OptionalLong seconds = number(row, column);
    return seconds.isPresent()
        ? Optional.of(Instant.ofEpochSecond(seconds.getAsLong()))
        : Optional.empty();
  }

  private static OptionalLong number(ResultSet row, int column) throws SQLException {
    long value = row.getLong(column);
    return row.wasNull() ? OptionalLong.empty() : OptionalLong.of(value);
  }
}
