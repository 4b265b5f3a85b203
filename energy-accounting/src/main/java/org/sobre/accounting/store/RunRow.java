package org.sobre.accounting.store;

import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.sobre.energy.ledger.JobLine;
import org.sobre.energy.ledger.LineHeader;
import org.sobre.slurm.job.JobKey;

/** The row of one run: begun by the first share or by the job line, whichever comes first. */
record RunRow(LineHeader header, JobKey job, Instant begin, @Nullable String account, int uid) {

  long id(Statements sql) throws SQLException {
    sql.update(
        "INSERT INTO run (cluster, node, job, restart, begin_at, begin_ms, account, uid)"
            + " VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
            // a run that no prolog told has its account from Slurm, and from its second line on
            + " ON CONFLICT DO UPDATE SET account = coalesce(account, excluded.account)",
        header.cluster(),
        header.node(),
        job.id(),
        job.restart(),
        begin.toString(),
        begin.toEpochMilli(),
        account,
        uid);
    return sql.number(
            "SELECT id FROM run WHERE cluster = ? AND node = ? AND job = ? AND restart = ?"
                + " AND begin_at = ?",
            header.cluster(),
            header.node(),
            job.id(),
            job.restart(),
            begin.toString())
        .orElseThrow(() -> new IllegalStateException("a row just written is not there"));
  }

  /** Adds what the job line tells; false, and nothing changed, if a job line was there before. */
  boolean end(Statements sql, long id, JobLine line) throws SQLException {
    Optional<JobLine.Declared> declared = line.declared();
    return sql.update(
            "UPDATE run SET account = coalesce(?, account), uid = ?, user = ?, partition = ?,"
                + " end_ms = ?, elapsed_ms = ?, cpus = ?, declared_profile = ?,"
                + " declared_batch = ?, declared_unit = ?, declared_items = ?,"
                + " declared_tokens_in = ?, declared_tokens_out = ?"
                + " WHERE id = ? AND end_ms IS NULL",
            account,
            uid,
            line.facts().user(),
            line.facts().partition().orElse(null),
            line.end().toEpochMilli(),
            line.elapsedMillis(),
            line.held().cpus(),
            declared.flatMap(JobLine.Declared::profile).orElse(null),
            number(declared.map(JobLine.Declared::batchSize)),
            declared.flatMap(JobLine.Declared::unit).orElse(null),
            number(declared.map(JobLine.Declared::items)),
            number(declared.map(JobLine.Declared::tokensIn)),
            number(declared.map(JobLine.Declared::tokensOut)),
            id)
        > 0;
  }

  private static @Nullable Long number(Optional<OptionalLong> value) {
    return value.isPresent() && value.get().isPresent() ? value.get().getAsLong() : null;
  }
}
