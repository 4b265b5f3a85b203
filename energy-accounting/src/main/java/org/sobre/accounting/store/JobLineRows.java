package org.sobre.accounting.store;

import java.sql.SQLException;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.sobre.energy.ledger.EnergyByQuality;
import org.sobre.energy.ledger.JobLine;
import org.sobre.energy.ledger.JobLine.GpuUse;
import org.sobre.energy.ledger.PowerProfile;
import org.sobre.energy.ledger.Quality;

/** The rows of a job line beside that of its run: what it held, drew and did. */
record JobLineRows(Statements sql, RowIds ids) {

  void add(long run, JobLine line) throws SQLException {
    for (JobLine.HeldGpu gpu : line.held().gpus()) {
      sql.update(
          "INSERT INTO held_gpu (run_id, device, type, fraction_billionths, memory_mib)"
              + " VALUES (?, ?, ?, ?, ?)"
              + " ON CONFLICT (run_id, device, type) DO UPDATE SET fraction_billionths ="
              + " MIN(fraction_billionths + excluded.fraction_billionths, 1000000000)",
          run,
          gpu.device(),
          gpu.type(),
          gpu.fractionBillionths(),
          boxed(gpu.memoryTotalMebibytes()));
    }
    for (JobLine.PartEnergy part : line.energy()) {
      sql.update(
          "INSERT INTO run_energy (run_id, meter_id, observed_ms, missing, idle_uj, counter_uj,"
              + " sampled_uj, modelled_uj) VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
          run,
          ids.meter(line.header(), part.meter(), Optional.empty()),
          part.observedMillis(),
          part.missing().orElse(null),
          part.idle().map(idle -> idle.microjoules()).orElse(null),
          amount(part.energy(), Quality.COUNTER),
          amount(part.energy(), Quality.SAMPLED),
          amount(part.energy(), Quality.MODELLED));
    }
    use(run, line.use().orElse(GpuUse.UNKNOWN), line.powerProfile());
    for (JobLine.CounterCheck check : line.counterCheck()) {
      sql.update(
          "INSERT INTO counter_check (run_id, device, counter_uj, integrated_uj, trusted)"
              + " VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
          run,
          check.device(),
          check.counter().microjoules(),
          check.integrated().microjoules(),
          check.trusted() ? 1 : 0);
    }
  }

  private void use(long run, GpuUse use, Optional<PowerProfile> power) throws SQLException {
    if (use.equals(GpuUse.UNKNOWN) && power.isEmpty()) {
      return;
    }
    sql.update(
        "INSERT INTO run_use (run_id, busy_ms, held_idle_ms, busy_percent_mean, busy_percent_peak,"
            + " vram_mean_mib, vram_peak_mib, power_peak_mw, step_ms, steps_mw)"
            + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        run,
        boxed(use.busyMillis()),
        boxed(use.heldIdleMillis()),
        boxed(use.busyPercentMean()),
        boxed(use.busyPercentPeak()),
        boxed(use.vramMeanMebibytes()),
        boxed(use.vramPeakMebibytes()),
        boxed(use.powerPeakMilliwatts()),
        power.map(PowerProfile::stepMillis).orElse(null),
        power.map(JobLineRows::steps).orElse(null));
  }

  private static String steps(PowerProfile power) {
    return IntStream.range(0, power.steps())
        .mapToObj(power::at)
        .map(step -> step.isPresent() ? Long.toString(step.getAsLong()) : "")
        .collect(Collectors.joining(","));
  }

  /** As {@link #steps} wrote it. */
  static PowerProfile profile(long stepMillis, String steps) {
    String[] texts = steps.split(",", -1);
    long[] milliwatts = new long[texts.length];
    long seen = 0;
    for (int i = 0; i < texts.length; i++) {
      if (!texts[i].isEmpty()) {
        milliwatts[i] = Long.parseLong(texts[i]);
        seen |= 1L << i;
      }
    }
    return new PowerProfile(stepMillis, milliwatts, seen);
  }

  static @Nullable Long amount(EnergyByQuality energy, Quality quality) {
    return energy.of(quality).isZero() ? null : energy.of(quality).microjoules();
  }

  private static @Nullable Long boxed(OptionalLong value) {
    return value.isPresent() ? value.getAsLong() : null;
  }
}
