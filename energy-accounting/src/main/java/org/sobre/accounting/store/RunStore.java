package org.sobre.accounting.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.sobre.energy.ledger.BalanceLine;
import org.sobre.energy.ledger.JobLine;
import org.sobre.energy.ledger.LineHeader;
import org.sobre.energy.ledger.RunKey;

/**
 * The runs that lines of a transaction tell of: read when a line names them first, and written with
 * the sums that follow from them when it ends.
 */
final class RunStore {

  private record Id(String cluster, long slurmJob) {}

  /** The runs of one of Slurm's ids, and what they added to the sums as they were stored. */
  private static final class Family {
    final long cluster;
    final Map<RunKey, RunState> runs = new HashMap<>();
    final Map<Long, RunState> stored = new HashMap<>();
    final List<RunState> touched = new ArrayList<>();
    JobUsage before;

    Family(long cluster, JobUsage nothing) {
      this.cluster = cluster;
      this.before = nothing;
    }
  }

  private final Statements sql;
  private final Names names;
  private final Containments containments;
  private final RunCodec codec;
  private final DayTable usage;
  private final RunBlocks blocks;
  private final Map<Id, Family> families = new LinkedHashMap<>();
  private final Map<RunKey, RunState> known = new HashMap<>();
  private final UserNames users = new UserNames();
  private final long lastKnownJob;
  private long lastId;

  RunStore(Statements sql, Names names, Containments containments) throws SQLException {
    this.sql = sql;
    this.names = names;
    this.containments = containments;
    this.codec = new RunCodec(names);
    this.usage = new DayTable(sql, DayTable.USAGE);
    this.blocks = new RunBlocks(sql);
    this.lastKnownJob = sql.number("SELECT max(slurm_job) FROM run").orElse(0);
    this.lastId = sql.number("SELECT max(id) FROM run").orElse(0);
  }

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
      run = family.runs.get(key);
      if (run == null) {
        run = new RunState(++lastId, key, uid, new HourSums(RunState.WIDTH));
        family.runs.put(key, run);
      }
      family.touched.add(run);
      known.put(key, run);
    }
    return run;
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
    long cluster = names.number(id.cluster());
    Family family = new Family(cluster, JobUsage.of(List.of(), names, containments, cluster));
    if (id.slurmJob() > lastKnownJob) {
      return family;
    }
    for (RunState run : runs(sql, codec, id.cluster(), cluster, id.slurmJob())) {
      family.runs.put(run.key(), run);
      family.stored.put(run.id(), run);
    }
    if (!family.stored.isEmpty()) {
      family.before = usage(family);
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
    return JobUsage.of(List.copyOf(family.runs.values()), names, containments, family.cluster);
  }

  void flush() throws SQLException {
    for (Map.Entry<Id, Family> family : families.entrySet()) {
      if (!family.getValue().touched.isEmpty()) {
        write(family.getKey(), family.getValue());
      }
    }
    known.clear();
    users.flush(sql, names);
    usage.flush();
    blocks.flush();
  }

  private void write(Id id, Family family) throws SQLException {
    JobUsage after = usage(family);
    for (Map.Entry<DayTable.Key, HourSums> day : family.before.days().entrySet()) {
      usage.add(day.getKey(), day.getValue(), -1);
    }
    for (Map.Entry<DayTable.Key, HourSums> day : after.days().entrySet()) {
      usage.add(day.getKey(), day.getValue(), 1);
    }
    after.entries().forEach(blocks::put);
    writeReturns(id, family, after);
    for (RunState run : family.touched) {
      run.end().ifPresent(end -> users.put(new UserNames.User(family.cluster, run.uid()), end));
      byte[] details = codec.encode(run);
      if (family.stored.put(run.id(), run) == null) {
        sql.batch(
            "INSERT INTO run (id, cluster, slurm_job, details) VALUES (?, ?, ?, ?)",
            run.id(),
            family.cluster,
            id.slurmJob(),
            details);
      } else {
        sql.batch("UPDATE run SET details = ? WHERE id = ?", details, run.id());
      }
    }
    family.touched.clear();
    family.before = after;
  }

  private void writeReturns(Id id, Family family, JobUsage after) throws SQLException {
    if (after.returns().equals(family.before.returns())) {
      return;
    }
    sql.update(
        "DELETE FROM job_return WHERE slurm_job = ? AND cluster = ?",
        id.slurmJob(),
        family.cluster);
    for (JobUsage.Return back : after.returns()) {
      sql.update(
          "INSERT INTO job_return (cluster, slurm_job, account, measured, hour, hour_before)"
              + " VALUES (?, ?, ?, ?, ?, ?)",
          family.cluster,
          id.slurmJob(),
          back.account(),
          back.measured() ? 1 : 0,
          back.at().hour(),
          back.at().hourBefore());
    }
  }
}
