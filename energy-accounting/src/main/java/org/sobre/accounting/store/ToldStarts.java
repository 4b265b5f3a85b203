package org.sobre.accounting.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.sobre.slurm.command.AccountedJob;

/**
 * Slurm's starts held against the ledger's runs: of which start how many nodes told. One of which
 * all did is covered, and not asked for again.
 */
final class ToldStarts {

  private final Statements sql;
  private final SlurmJobs jobs;

  ToldStarts(Statements sql, SlurmJobs jobs) {
    this.sql = sql;
    this.jobs = jobs;
  }

  void settle() throws SQLException {
    List<String> clusters = new ArrayList<>();
    try (ResultSet row = sql.query("SELECT DISTINCT cluster FROM slurm_job WHERE covered = 0")) {
      while (row.next()) {
        clusters.add(row.getString(1));
      }
    }
    for (String cluster : clusters) {
      settle(cluster);
    }
  }

  private void settle(String cluster) throws SQLException {
    Names names = new Names(sql);
    RunCodec codec = new RunCodec(names);
    Set<Long> ids = idsWithRuns(cluster);
    OptionalLong number = ids.isEmpty() ? OptionalLong.empty() : names.known(cluster);
    if (number.isPresent()) {
      for (long id : ids) {
        settle(cluster, id, RunStore.runs(sql, codec, cluster, number.getAsLong(), id));
      }
    }
    sql.flush();
  }

  /** Of starts that are not covered, and of whose id the ledger has a run. */
  private Set<Long> idsWithRuns(String cluster) throws SQLException {
    Set<Long> ids = new HashSet<>();
    try (ResultSet row =
        sql.query(
            "SELECT slurm_job FROM slurm_job s WHERE covered = 0 AND cluster = ?"
                + " AND start_s IS NOT NULL"
                + " AND EXISTS (SELECT 1 FROM run r WHERE r.slurm_job = s.slurm_job)",
            cluster)) {
      while (row.next()) {
        ids.add(row.getLong(1));
      }
    }
    return ids;
  }

  private void settle(String cluster, long id, List<RunState> runs) throws SQLException {
    List<AccountedJob> starts = jobs.find(cluster, id);
    Map<Long, Set<String>> told = SlurmStart.nodes(SlurmStart.of(starts), runs);
    for (AccountedJob start : starts) {
      long submit = start.submit().getEpochSecond();
      int nodes = told.getOrDefault(submit, Set.of()).size();
      sql.batch(
          "UPDATE slurm_job SET nodes_told = ?, covered = ?"
              + " WHERE cluster = ? AND slurm_job = ? AND submit_s = ? AND covered = 0",
          (long) nodes,
          SlurmJobRow.isCovered(start, nodes) ? 1L : 0L,
          cluster,
          id,
          submit);
    }
  }
}
