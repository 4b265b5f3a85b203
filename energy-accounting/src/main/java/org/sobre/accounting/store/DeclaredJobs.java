package org.sobre.accounting.store;

import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * The jobs that told what they did and ended in some hours. Those of several runs (on several
 * nodes, or started again) are left out: what they did, and the time it took, is of all of them.
 */
final class DeclaredJobs {

  private final Names names;
  private final RunChoice choice;
  private final HourRange range;
  private final List<DeclaredJob> jobs = new ArrayList<>();

  DeclaredJobs(Names names, RunChoice choice, HourRange range) {
    this.names = names;
    this.choice = choice;
    this.range = range;
  }

  List<DeclaredJob> read(Statements sql) throws SQLException {
    StoredRuns.visit(sql, range, this::add);
    return jobs;
  }

  private void add(RunBlocks.Entry run) {
    boolean told = run.ended() && run.owner().unit() != Names.NONE;
    if (!told || !run.alone() || !range.contains(run.endHour()) || !choice.has(run)) {
      return;
    }
    UsageSum sum = new UsageSum();
    sum.add(names.text(run.owner().unit()), run.fields());
    jobs.add(
        new DeclaredJob(
            names.optional(run.owner().gpus()),
            names.optional(run.owner().profile()),
            names.text(run.owner().unit()),
            Instant.ofEpochMilli(run.endHour() * HourSums.MILLIS),
            sum.work().values().stream().findFirst(),
            sum.tokens(),
            sum.gpuBillionthMillis()));
  }
}
