package org.sobre.accounting.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.sobre.energy.ledger.BalanceLine;
import org.sobre.energy.ledger.JobLine;
import org.sobre.energy.ledger.LineHeader;
import org.sobre.energy.ledger.RunKey;

/**
 * The runs that lines of a transaction tell of: read when a line names them first, and written with
 * the sums that follow from them some hundred at a time, for few are named again. The sums of days
 * wait until the transaction ends.
 */
final class RunStore {

  private record Id(String cluster, long slurmJob) {}

  /** The runs of one of Slurm's ids; what they added to the sums as stored is taken away. */
  private static final class Family {
    final long cluster;
    final List<RunState> runs = new ArrayList<>(1);
    final List<RunState> touched = new ArrayList<>(1);
    int stored;
    List<JobUsage.Return> returns = List.of();

    Family(long cluster) {
      this.cluster = cluster;
    }
  }

  private final Statements sql;
  private final Names names;
  private final Containments containments;
  private final RunCodec codec;
  private final DayTable usage;
  private final RunBlocks blocks;
  private final KnownJobs jobs;
  private final Map<Id, Family> families = new LinkedHashMap<>();
  private final Map<RunKey, RunState> known = new HashMap<>();
  private final UserNames users = new UserNames();
  private final int mostHeld;
  private long lastId;

  /**
   * @param mostHeld so many runs, or a line's more, are held before they are written
   */
  RunStore(Statements sql, Names names, Containments containments, int mostHeld)
      throws SQLException {
    this.mostHeld = mostHeld;
    this.sql = sql;
    this.names = names;
    this.containments = containments;
    this.codec = new RunCodec(names);
    this.usage = new DayTable(sql, DayTable.USAGE);
    this.blocks = new RunBlocks(sql);
    this.jobs = new KnownJobs(sql);
    this.lastId = sql.number("SELECT max(id) FROM run").orElse(0);
  }

  /** A run, good until {@link #writeMany} or {@link #flush}. */
  RunState of(LineHeader header, BalanceLine.JobShare share) throws SQLException {
    return of(RunKey.of(header, share), share.uid());
  }

  RunState of(JobLine line) throws SQLException {
    return of(RunKey.of(line), line.facts().uid());
  }

  private RunState of(RunKey key, int uid) throws SQLException {
    RunState run = known.get(key);
    if (run == null) {
      Family family = family(key);
      run = find(family, key);
      if (run == null) {
        run = new RunState(++lastId, key, uid, new HourSums(RunState.WIDTH));
        family.runs.add(run);
      }
      family.touched.add(run);
      known.put(key, run);
    }
    return run;
  }

  private static @Nullable RunState find(Family family, RunKey key) {
    for (RunState run : family.runs) {
      if (run.key().equals(key)) {
        return run;
      }
    }
    return null;
  }

  private Family family(RunKey key) throws SQLException {
    Id id = new Id(key.cluster(), key.job().id());
    Family family = families.get(id);
    if (family == null) {
      family = read(id);
      families.put(id, family);
    }
    return family;
  }

  private Family read(Id id) throws SQLException {
    Family family = new Family(names.number(id.cluster()));
    if (jobs.has(family.cluster, id.slurmJob())) {
      family.runs.addAll(runs(sql, codec, id.cluster(), family.cluster, id.slurmJob()));
      family.stored = family.runs.size();
      JobUsage before = usage(family);
      before.addTo(usage, -1);
      family.returns = before.returns();
    }
    return family;
  }

  static List<RunState> runs(
      Statements sql, RunCodec codec, String cluster, long clusterNumber, long slurmJob)
      throws SQLException {
    List<RunState> runs = new ArrayList<>();
    try (ResultSet row =
        sql.query(
            "SELECT id, details FROM run WHERE slurm_job = ? AND cluster = ?",
            slurmJob,
            clusterNumber)) {
      while (row.next()) {
        runs.add(codec.decode(row.getLong(1), cluster, slurmJob, row.getBytes(2)));
      }
    }
    return runs;
  }

  private JobUsage usage(Family family) throws SQLException {
    return JobUsage.of(List.copyOf(family.runs), names, containments, family.cluster);
  }

  /** Writes the runs where there are many: those that lines name again are read again. */
  void writeMany() throws SQLException {
    if (known.size() >= mostHeld) {
      write();
      blocks.flushAllBut(RunBlocks.block(lastId));
      sql.flush();
    }
  }

  void flush() throws SQLException {
    write();
    users.flush(sql, names);
    usage.flush();
    blocks.flush();
  }

  private void write() throws SQLException {
    for (Map.Entry<Id, Family> family : families.entrySet()) {
      write(family.getKey(), family.getValue());
    }
    families.clear();
    known.clear();
  }

  private void write(Id id, Family family) throws SQLException {
    JobUsage after = usage(family);
    after.addTo(usage, 1);
    after.entries().forEach(blocks::put);
    if (!after.returns().equals(family.returns)) {
      writeReturns(id, family.cluster, after.returns());
    }
    for (RunState run : family.touched) {
      run.end().ifPresent(end -> users.put(new UserNames.User(family.cluster, run.uid()), end));
      byte[] details = codec.encode(run);
      if (family.runs.indexOf(run) < family.stored) {
        sql.batch("UPDATE run SET details = ? WHERE id = ?", details, run.id());
      } else {
        sql.batch(
            "INSERT INTO run (id, cluster, slurm_job, details) VALUES (?, ?, ?, ?)",
            run.id(),
            family.cluster,
            id.slurmJob(),
            details);
      }
    }
    jobs.add(family.cluster, id.slurmJob());
  }

  private void writeReturns(Id id, long cluster, List<JobUsage.Return> returns)
      throws SQLException {
    sql.update(
        "DELETE FROM job_return WHERE slurm_job = ? AND cluster = ?", id.slurmJob(), cluster);
    for (JobUsage.Return back : returns) {
      sql.update(
          "INSERT INTO job_return (cluster, slurm_job, account, measured, hour, hour_before)"
              + " VALUES (?, ?, ?, ?, ?, ?)",
          cluster,
          id.slurmJob(),
          back.account(),
          back.measured() ? 1 : 0,
          back.at().hour(),
          back.at().hourBefore());
    }
  }
}
