package org.sobre.accounting.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.LongStream;

/** Usage by any keys: from what is stored of each run. */
final class RunUsage {

  private final Statements sql;
  private final RunCodec codec;
  private final Names names;
  private final Containments containments;
  private final Set<UsageKey> keys;
  private final RunChoice choice;
  private final HourRange range;
  private final RunDrawn drawn;
  private final Map<RowKey, UsageSum> rows = new HashMap<>();
  private Optional<UsageNames> called = Optional.empty();

  RunUsage(
      Statements sql,
      Names names,
      Set<UsageKey> keys,
      RunChoice choice,
      HourRange range,
      Spans spans) {
    this.sql = sql;
    this.drawn = new RunDrawn(sql, range, spans);
    this.names = names;
    this.codec = new RunCodec(names);
    this.containments = new Containments(sql);
    this.keys = keys;
    this.choice = choice;
    this.range = range;
  }

  /** Tells runs of several types of GPU apart by what they held of each. */
  RunUsage byHeld(UsageNames its) {
    called = Optional.of(its);
    return this;
  }

  private RowKey row(RunBlocks.Entry run) throws SQLException {
    RowKey row = RowKey.of(keys, run);
    boolean several =
        called.isPresent()
            && keys.contains(UsageKey.GPU)
            && run.ended()
            && names.optional(run.owner().gpus()).filter(types -> types.contains("+")).isPresent();
    return several ? row.withGpus(called.orElseThrow().held(heldTypes(run.run()))) : row;
  }

  private String heldTypes(long id) throws SQLException {
    return HeldTypes.text(read(id).end().orElseThrow().gpus());
  }

  Map<RowKey, UsageSum> rows() throws SQLException {
    RunBlocks.visit(sql, range, this::add);
    return rows;
  }

  /** The rows' energy by spans, after {@link #rows}; of none if there is one span. */
  Map<RowKey, SpanEnergy> drawn() {
    return drawn.rows();
  }

  private void add(RunBlocks.Entry run) throws SQLException {
    if (!choice.has(run)) {
      return;
    }
    RowKey row = row(run);
    UsageSum sum = rows.computeIfAbsent(row, absent -> new UsageSum());
    drawn.add(row, run);
    boolean measured = run.measured();
    if (range.containsAll(run.firstHour(), run.lastHour())) {
      addFields(sum, run, run.fields());
    } else {
      RunHours hours = hours(run.run());
      addPart(sum, run, hours);
      measured = LongStream.of(hours.measured()).anyMatch(range::contains);
    }
    if (run.alone()) {
      sum.addJobs(1, measured ? 1 : 0);
    } else {
      sum.addJob(run.job(), measured);
    }
    if (run.owner().missing() != Names.NONE) {
      sum.addMissing(names.text(run.owner().missing()));
    }
  }

  private void addFields(UsageSum sum, RunBlocks.Entry run, long[] fields) {
    if (run.owner().unit() == Names.NONE) {
      sum.add(fields);
    } else {
      sum.add(names.text(run.owner().unit()), fields);
    }
  }

  /** What it declared counts whole, at its end. */
  private void addPart(UsageSum sum, RunBlocks.Entry run, RunHours hours) {
    HourSums part = new HourSums(UsageField.WIDTH);
    hours.sums().forEach(range, part::add);
    long[] fields = part.total();
    if (range.contains(run.endHour())) {
      for (UsageField told : UsageField.DECLARED) {
        fields[told.at()] = run.fields()[told.at()];
      }
    }
    addFields(sum, run, fields);
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
}
