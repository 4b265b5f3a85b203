package org.sobre.accounting.store;

import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.sobre.accounting.store.RunState.MeterSums;
import org.sobre.energy.ledger.JobLine.PartEnergy;
import org.sobre.energy.ledger.MeterId;
import org.sobre.hardware.units.Energy;

/** The runs of one job, by its id. */
public final class JobRuns {

  private static final Comparator<PartEnergy> BY_METER =
      Comparator.comparing((PartEnergy part) -> part.meter().part().jsonName())
          .reversed()
          .thenComparing(part -> part.meter().device());

  private JobRuns() {}

  /** Looks up runs within a transaction of the caller. */
  public static final class Lookup implements AutoCloseable {

    private final Statements sql;
    private final Names names;
    private final RunCodec codec;
    private final Containments containments;

    public Lookup(Connection connection) throws SQLException {
      this.sql = new Statements(connection);
      this.names = new Names(sql);
      this.codec = new RunCodec(names);
      this.containments = new Containments(sql);
    }

    /** All runs that had this id in a cluster, of whichever job. */
    public List<CountedRun> of(String cluster, long id) throws SQLException {
      OptionalLong number = names.known(cluster);
      List<CountedRun> runs = new ArrayList<>();
      if (number.isPresent()) {
        for (RunState run : RunStore.runs(sql, codec, cluster, number.getAsLong(), id)) {
          runs.add(CountedRun.of(details(run), RunHours.of(run, containments.of(run.key()))));
        }
      }
      return runs;
    }

    @Override
    public void close() throws SQLException {
      sql.close();
    }
  }

  /**
   * The runs of the job that had this id last.
   *
   * @param home the cluster whose job is meant if it had one of this id; without it, that of whose
   *     cluster the last run is
   * @return by begin, then node; empty if the store has none
   */
  public static List<RunDetails> find(AccountingStore store, Optional<String> home, long id)
      throws IOException {
    return store.read(
        connection -> {
          try (Statements statements = new Statements(connection)) {
            return LastJob.of(all(statements, id), home);
          }
        });
  }

  private static List<RunDetails> all(Statements sql, long id) throws SQLException {
    Names names = new Names(sql);
    RunCodec codec = new RunCodec(names);
    List<RunDetails> runs = new ArrayList<>();
    try (ResultSet row =
        sql.query("SELECT id, cluster, details FROM run WHERE slurm_job = ?", id)) {
      while (row.next()) {
        runs.add(
            details(codec.decode(row.getLong(1), names.text(row.getLong(2)), id, row.getBytes(3))));
      }
    }
    return runs;
  }

  private static RunDetails details(RunState run) {
    Optional<RunEnd> end = run.end();
    return new RunDetails(
        Optional.of(run.key().cluster()),
        run.key().node(),
        run.key().job(),
        end.map(RunEnd::user),
        run.uid(),
        run.account(),
        end.flatMap(RunEnd::partition),
        Instant.ofEpochMilli(run.beginMillis()),
        end.map(RunEnd::endMillis).map(Instant::ofEpochMilli),
        end.map(RunEnd::elapsedMillis).orElse(run.knownUntilMillis() - run.beginMillis()),
        end.map(RunEnd::gpus).orElse(List.of()),
        end.map(RunEnd::energy).orElseGet(() -> balanced(run)).stream().sorted(BY_METER).toList(),
        end.flatMap(RunEnd::use),
        end.flatMap(RunEnd::power));
  }

  private static List<PartEnergy> balanced(RunState run) {
    List<PartEnergy> parts = new ArrayList<>();
    run.balanced().forEach((meter, sums) -> parts.add(part(meter, sums)));
    return parts;
  }

  private static PartEnergy part(MeterId meter, MeterSums sums) {
    return new PartEnergy(
        meter,
        sums.energy(),
        sums.isIdleKnown
            ? Optional.of(Energy.ofMicrojoules(sums.all[MeterSums.IDLE]))
            : Optional.empty(),
        sums.all[RunState.OBSERVED],
        Optional.empty());
  }
}
