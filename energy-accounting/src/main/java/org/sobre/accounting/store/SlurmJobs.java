package org.sobre.accounting.store;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.sobre.slurm.command.AccountedJob;

/**
 * The jobs of Slurm's accounting, and which of their starts a node's ledger has no run of. Within a
 * transaction of the caller.
 */
public final class SlurmJobs implements AutoCloseable {

  /**
   * Until when Slurm was asked, and how far the two accounts can be held against each other.
   *
   * @param slurmCluster what Slurm calls the cluster; absent until it told of a job
   * @param until jobs known until then
   * @param judgedFrom nothing that began before the ledger did is missing in it
   * @param judgedUntil what ended later may have a line on its way
   */
  public record Reading(
      Optional<String> slurmCluster, Instant until, Instant judgedFrom, Instant judgedUntil) {}

  static final String TABLE = "slurm_job";

  /** Who ran a job that no longer has a person. */
  private static final String FORGOTTEN = "(forgotten)";

  /** 65534, which is nobody. */
  private static final long NOBODY = 65_534;

  private final Statements sql;

  public SlurmJobs(Connection connection) {
    this.sql = new Statements(connection);
  }

  /** What is known of the last asking; absent before the first one. */
  public Optional<Reading> reading(String cluster) throws SQLException {
    try (ResultSet row =
        sql.query(
            "SELECT slurm_cluster, until_s, judged_from_s, judged_until_s FROM slurm_read"
                + " WHERE cluster = ?",
            cluster)) {
      return row.next()
          ? Optional.of(
              new Reading(
                  Optional.ofNullable(row.getString(1)),
                  Instant.ofEpochSecond(row.getLong(2)),
                  Instant.ofEpochSecond(row.getLong(3)),
                  Instant.ofEpochSecond(row.getLong(4))))
          : Optional.empty();
    }
  }

  public void note(String cluster, Reading reading) throws SQLException {
    sql.update(
        "REPLACE INTO slurm_read (cluster, slurm_cluster, until_s, judged_from_s, judged_until_s)"
            + " VALUES (?, ?, ?, ?, ?)",
        cluster,
        reading.slurmCluster().orElse(null),
        reading.until().getEpochSecond(),
        reading.judgedFrom().getEpochSecond(),
        reading.judgedUntil().getEpochSecond());
  }

  /**
   * Takes what sacct told; a start that is known is replaced, but for who told of it.
   *
   * @param cluster as the ledger calls it
   */
  public void put(String cluster, List<AccountedJob> jobs) throws SQLException {
    Map<AccountedJob, Long> told = new LinkedHashMap<>();
    for (AccountedJob job : jobs) {
      told.put(
          job,
          sql.number(
                  "SELECT nodes_told FROM slurm_job"
                      + " WHERE cluster = ? AND slurm_job = ? AND submit_s = ?",
                  cluster,
                  job.id(),
                  job.submit().getEpochSecond())
              .orElse(0));
    }
    for (Map.Entry<AccountedJob, Long> job : told.entrySet()) {
      SlurmJobRow.put(sql, cluster, job.getKey(), job.getValue());
    }
    sql.flush();
  }

  /**
   * The first whole second of which the ledger tells, by a clock that was set; absent while the
   * store has none of its lines.
   */
  public static Optional<Instant> ledgerBegins(Connection connection) throws SQLException {
    try (Statements sql = new Statements(connection)) {
      OptionalLong first = Extent.begins(sql);
      return first.isPresent()
          ? Optional.of(Instant.ofEpochSecond(Math.floorDiv(first.getAsLong() + 999, 1_000)))
          : Optional.empty();
    }
  }

  /**
   * Takes persons out of starts that ended before a time. Those of which the ledger has a run are
   * told by that; the others are counted by reports still.
   */
  static void forget(Statements sql, Instant keptFrom) throws SQLException {
    long before = keptFrom.getEpochSecond();
    sql.update("DELETE FROM slurm_job WHERE covered = 1 AND end_s < ?", before);
    sql.update(
        "UPDATE slurm_job SET user_name = ?, uid = ? WHERE end_s < ?", FORGOTTEN, NOBODY, before);
  }

  /** Finds out which starts the ledger has runs of by now. */
  public void settle() throws SQLException {
    new ToldStarts(sql, this).settle();
  }

  /** The starts of an id, by the time of their submission; their comments are not kept. */
  public List<AccountedJob> find(String cluster, long id) throws SQLException {
    return jobs("", "WHERE cluster = ? AND slurm_job = ? ORDER BY submit_s", cluster, id);
  }

  /**
   * Which runs of an id are of one start of it.
   *
   * @param starts all of the id
   * @param runs of the id
   */
  public static List<CountedRun> runsOf(
      AccountedJob job, List<AccountedJob> starts, List<CountedRun> runs) {
    List<SlurmStart> known = SlurmStart.of(starts);
    return runs.stream()
        .filter(
            run ->
                SlurmStart.nearest(known, run.run().begin().toEpochMilli())
                    .filter(start -> start.submitSeconds() == job.submit().getEpochSecond())
                    .isPresent())
        .toList();
  }

  /**
   * The starts that ended in a time, by that.
   *
   * @param until is not in it
   */
  public List<AccountedJob> ended(String cluster, Instant since, Instant until)
      throws SQLException {
    return jobs(
        "",
        "WHERE cluster = ? AND end_s >= ? AND end_s < ? ORDER BY end_s, slurm_job, submit_s",
        cluster,
        since.getEpochSecond(),
        until.getEpochSecond());
  }

  /**
   * The starts that had nodes for any time in a period and have ended, and of which a node's ledger
   * has no run; of those only that both accounts can know. Of one that some nodes told, what the
   * others had: their number, and their even part of its GPUs.
   */
  public List<AccountedJob> uncovered(Period period) throws SQLException {
    return jobs(
        ", nodes_told",
        "JOIN slurm_read r USING (cluster)"
            + " WHERE covered = 0 AND end_s > ? AND start_s < ? AND elapsed_s > 0 AND nodes > 0"
            + " AND start_s >= r.judged_from_s AND end_s <= r.judged_until_s"
            + " ORDER BY end_s, cluster, slurm_job, submit_s",
        period.since().map(Instant::getEpochSecond).orElse(Long.MIN_VALUE),
        period.until().map(Instant::getEpochSecond).orElse(Long.MAX_VALUE));
  }

  private List<AccountedJob> jobs(String toldColumn, String where, Object... parameters)
      throws SQLException {
    List<AccountedJob> jobs = new ArrayList<>();
    try (ResultSet row =
        sql.query(
            "SELECT " + SlurmJobRow.COLUMNS + toldColumn + " FROM slurm_job " + where,
            parameters)) {
      while (row.next()) {
        AccountedJob job = SlurmJobRow.job(row);
        int told = toldColumn.isEmpty() ? 0 : (int) row.getLong(SlurmJobRow.WIDTH + 1);
        jobs.add(told == 0 ? job : job.onNodes(job.nodes() - told));
      }
    }
    return jobs;
  }

  @Override
  public void close() throws SQLException {
    sql.close();
  }
}
