package org.sobre.accounting.store;

import java.io.IOException;
import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.sobre.energy.ledger.EnergyByQuality;
import org.sobre.energy.ledger.JobLine;
import org.sobre.energy.ledger.JobLine.GpuUse;
import org.sobre.energy.ledger.JobLine.HeldGpu;
import org.sobre.energy.ledger.JobLine.PartEnergy;
import org.sobre.energy.ledger.MeterId;
import org.sobre.energy.ledger.Part;
import org.sobre.energy.ledger.PowerProfile;
import org.sobre.energy.ledger.Quality;
import org.sobre.hardware.units.Energy;
import org.sobre.slurm.job.JobKey;

/** The runs of one job, by its id. */
public final class JobRuns {

  private static final String ENERGY =
      "SELECT m.part, m.device, e.idle_uj, e.observed_ms, e.missing, e.counter_uj, e.sampled_uj,"
          + " e.modelled_uj FROM run_energy e JOIN meter m ON m.id = e.meter_id"
          + " WHERE e.run_id = ? ORDER BY m.part DESC, m.device";

  private static final String SHARES =
      "SELECT m.part, m.device, sum(s.idle_uj), sum(s.observed_ms), NULL, sum(s.counter_uj),"
          + " sum(s.sampled_uj), sum(s.modelled_uj) FROM share s JOIN meter m ON m.id = s.meter_id"
          + " WHERE s.run_id = ? GROUP BY m.id ORDER BY m.part DESC, m.device";

  private final Statements sql;

  private JobRuns(Statements sql) {
    this.sql = sql;
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
            return LastJob.of(new JobRuns(statements).all(id), home);
          }
        });
  }

  private List<RunDetails> all(long id) throws SQLException {
    List<RunDetails> runs = new ArrayList<>();
    try (ResultSet row =
        sql.query(
            "SELECT r.id, r.cluster, r.node, r.job, r.restart, r.user, r.uid, r.account,"
                + " r.partition, r.begin_ms, r.end_ms, coalesce(r.elapsed_ms,"
                + " (SELECT max(b.to_ms) FROM share s JOIN balance b ON b.id = s.balance_id"
                + " WHERE s.run_id = r.id) - r.begin_ms) FROM run r WHERE r.job = ?",
            id)) {
      while (row.next()) {
        runs.add(run(row));
      }
    }
    return runs;
  }

  private RunDetails run(ResultSet row) throws SQLException {
    long id = row.getLong(1);
    OptionalLong end = number(row, 11);
    return new RunDetails(
        Optional.of(row.getString(2)),
        row.getString(3),
        new JobKey(row.getLong(4), row.getInt(5)),
        Optional.ofNullable(row.getString(6)),
        row.getLong(7),
        Optional.ofNullable(row.getString(8)),
        Optional.ofNullable(row.getString(9)),
        Instant.ofEpochMilli(row.getLong(10)),
        end.isPresent() ? Optional.of(Instant.ofEpochMilli(end.getAsLong())) : Optional.empty(),
        Math.max(0, row.getLong(12)),
        gpus(id),
        parts(end.isPresent() ? ENERGY : SHARES, id),
        use(id),
        power(id));
  }

  private List<HeldGpu> gpus(long run) throws SQLException {
    List<HeldGpu> gpus = new ArrayList<>();
    try (ResultSet row =
        sql.query(
            "SELECT device, type, fraction_billionths, memory_mib FROM held_gpu WHERE run_id = ?"
                + " ORDER BY device, type",
            run)) {
      while (row.next()) {
        gpus.add(
            new HeldGpu(
                row.getString(1),
                row.getString(2),
                Optional.empty(),
                OptionalLong.empty(),
                BigDecimal.valueOf(row.getLong(3), JobLine.FRACTION_DECIMALS),
                number(row, 4)));
      }
    }
    return gpus;
  }

  private List<PartEnergy> parts(String query, long run) throws SQLException {
    List<PartEnergy> parts = new ArrayList<>();
    try (ResultSet row = sql.query(query, run)) {
      while (row.next()) {
        Optional<Part> part = Part.ofJsonName(row.getString(1));
        if (part.isPresent()) {
          OptionalLong idle = number(row, 3);
          parts.add(
              new PartEnergy(
                  new MeterId(part.get(), row.getString(2)),
                  energy(row),
                  idle.isPresent()
                      ? Optional.of(Energy.ofMicrojoules(idle.getAsLong()))
                      : Optional.empty(),
                  row.getLong(4),
                  Optional.ofNullable(row.getString(5))));
        }
      }
    }
    return parts;
  }

  private static EnergyByQuality energy(ResultSet row) throws SQLException {
    EnergyByQuality energy = EnergyByQuality.NONE;
    int column = 6;
    for (Quality quality : List.of(Quality.COUNTER, Quality.SAMPLED, Quality.MODELLED)) {
      long microjoules = row.getLong(column++);
      if (microjoules > 0) {
        energy = energy.plus(EnergyByQuality.of(quality, Energy.ofMicrojoules(microjoules)));
      }
    }
    return energy;
  }

  private Optional<GpuUse> use(long run) throws SQLException {
    try (ResultSet row =
        sql.query(
            "SELECT busy_ms, held_idle_ms, vram_peak_mib, power_peak_mw, busy_percent_mean,"
                + " busy_percent_peak, vram_mean_mib FROM run_use WHERE run_id = ?",
            run)) {
      if (!row.next()) {
        return Optional.empty();
      }
      GpuUse use =
          new GpuUse(
              number(row, 1),
              number(row, 2),
              number(row, 3),
              number(row, 4),
              number(row, 5),
              number(row, 6),
              number(row, 7));
      return use.equals(GpuUse.UNKNOWN) ? Optional.empty() : Optional.of(use);
    }
  }

  private Optional<PowerProfile> power(long run) throws SQLException {
    try (ResultSet row = sql.query("SELECT step_ms, steps_mw FROM run_use WHERE run_id = ?", run)) {
      return row.next() && row.getString(2) != null
          ? Optional.of(JobLineRows.profile(row.getLong(1), row.getString(2)))
          : Optional.empty();
    }
  }

  private static OptionalLong number(ResultSet row, int column) throws SQLException {
    long value = row.getLong(column);
    return row.wasNull() ? OptionalLong.empty() : OptionalLong.of(value);
  }
}
