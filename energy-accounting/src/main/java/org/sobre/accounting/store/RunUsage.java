package org.sobre.accounting.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Set;
import java.util.stream.LongStream;

/** Usage by any keys: from what is stored of each run. */
final class RunUsage {

  private final Statements sql;
  private final RunCodec codec;
  private final Names names;
  private final UsageNames called;
  private final Containments containments;
  private final Set<UsageKey> keys;
  private final UsageFilter filter;
  private final HourRange range;

  RunUsage(
      Statements sql,
      Names names,
      UsageNames called,
      Set<UsageKey> keys,
      UsageFilter filter,
      HourRange range) {
    this.sql = sql;
    this.names = names;
    this.called = called;
    this.codec = new RunCodec(names);
    this.containments = new Containments(sql);
    this.keys = keys;
    this.filter = filter;
    this.range = range;
  }

  /** By the keys, and the rows' energy by spans; of none if all spans are of one kind. */
  RunSums rows(Spans spans) throws SQLException {
    try (RunBlockReaders readers =
        new RunBlockReaders(() -> new RunSums(names, choice(), range, spans, RunSums.by(keys)))) {
      StoredRuns.visit(sql, range, spans.size() > 1, readers::add);
      RunSums sums = readers.total();
      addParted(sums);
      return sums;
    }
  }

  /** The same in one span, where runs of several types of GPU are told apart by what they held. */
  RunSums byHeld() throws SQLException {
    RunSums sums = new RunSums(names, choice(), range, Spans.one(), this::rowByHeld);
    try {
      StoredRuns.visit(sql, range, /* detailed= */ false, sums::add);
      addParted(sums);
    } catch (UncheckedSqlException e) {
      throw e.cause();
    }
    return sums;
  }

  private RunChoice choice() {
    return new RunChoice(filter, called);
  }

  private RowKey rowByHeld(RunBlocks.Entry run) {
    RowKey row = RowKey.of(keys, run);
    boolean several =
        keys.contains(UsageKey.GPU)
            && run.ended()
            && names.optional(run.owner().gpus()).filter(types -> types.contains("+")).isPresent();
    return several ? row.withGpus(called.held(heldTypes(run.run()))) : row;
  }

  private String heldTypes(long id) {
    try {
      return HeldTypes.text(read(id).end().orElseThrow().gpus());
    } catch (SQLException e) {
      throw new UncheckedSqlException(e);
    }
  }

  private void addParted(RunSums sums) throws SQLException {
    for (RunBlocks.Entry run : sums.parted()) {
      RunHours hours = hours(run.run());
      boolean measured = LongStream.of(hours.measured()).anyMatch(range::contains);
      sums.add(run, part(run, hours), measured);
    }
  }

  /** What it declared counts whole, at its end. */
  private long[] part(RunBlocks.Entry run, RunHours hours) {
    HourSums part = new HourSums(UsageField.WIDTH);
    hours.sums().forEach(range, part::add);
    long[] fields = part.total();
    if (range.contains(run.endHour())) {
      for (UsageField told : UsageField.DECLARED) {
        fields[told.at()] = run.fields()[told.at()];
      }
    }
    return fields;
  }

  private RunHours hours(long id) throws SQLException {
    RunState run = read(id);
    return RunHours.of(run, containments.of(run.key()));
  }

  private RunState read(long id) throws SQLException {
    try (ResultSet row =
        sql.query("SELECT cluster, slurm_job, details FROM run WHERE id = ?", id)) {
      if (!row.next()) {
        throw new IllegalStateException("run " + id + " of run_block is not in run");
      }
      return codec.decode(id, names.text(row.getLong(1)), row.getLong(2), row.getBytes(3));
    }
  }

  /** Carries a failure of the database through a function that may have none. */
  private static final class UncheckedSqlException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final SQLException failure;

    UncheckedSqlException(SQLException failure) {
      super(failure);
      this.failure = failure;
    }

    SQLException cause() {
      return failure;
    }
  }
}
