package org.sobre.cli.job;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.sobre.accounting.store.RunDetails;
import org.sobre.energy.ledger.EnergyByQuality;
import org.sobre.energy.ledger.JobLine.GpuUse;
import org.sobre.energy.ledger.JobLine.HeldGpu;
import org.sobre.energy.ledger.JobLine.PartEnergy;
import org.sobre.energy.ledger.MeterId;
import org.sobre.energy.ledger.Part;
import org.sobre.energy.ledger.PowerProfile;
import org.sobre.energy.ledger.Quality;
import org.sobre.hardware.units.Energy;
import org.sobre.slurm.job.JobKey;

/** A run of an hour and a half, seen all the time, busy, on cards of 24 GB that it filled. */
final class SomeRun {

  static final Instant BEGIN = Instant.parse("2026-11-20T13:00:03Z");
  static final long ELAPSED = 5_400_000;

  private final List<HeldGpu> gpus = new ArrayList<>();
  private final List<PartEnergy> parts = new ArrayList<>();
  private long elapsed = ELAPSED;
  private long busy;
  private long idle;
  private long vramPeak = 22_000;
  private boolean running;

  SomeRun gpu(String device, double wattHours, double idleShare) {
    gpus.add(
        new HeldGpu(
            device,
            "nvidia_geforce_rtx_4090",
            Optional.empty(),
            OptionalLong.empty(),
            BigDecimal.ONE,
            OptionalLong.of(24_564)));
    long microjoules = (long) (wattHours * 3_600_000_000L);
    parts.add(
        new PartEnergy(
            new MeterId(Part.GPU, device),
            EnergyByQuality.of(Quality.COUNTER, Energy.ofMicrojoules(microjoules)),
            Optional.of(Energy.ofMicrojoules((long) (microjoules * idleShare))),
            elapsed,
            Optional.empty()));
    busy += Math.round(elapsed * (1 - idleShare));
    idle += Math.round(elapsed * idleShare);
    return this;
  }

  SomeRun unseen(String device, String why) {
    parts.add(
        new PartEnergy(
            new MeterId(Part.CPU_PACKAGE, device),
            EnergyByQuality.NONE,
            Optional.empty(),
            0,
            Optional.of(why)));
    return this;
  }

  SomeRun lasting(long millis) {
    elapsed = millis;
    return this;
  }

  SomeRun vramPeak(long mebibytes) {
    vramPeak = mebibytes;
    return this;
  }

  SomeRun running() {
    running = true;
    return this;
  }

  RunDetails on(String node) {
    return new RunDetails(
        Optional.of("cbp"),
        node,
        new JobKey(12345, 0),
        Optional.of("alice"),
        1_203,
        Optional.of("lab1"),
        Optional.of("gpu"),
        BEGIN,
        running ? Optional.empty() : Optional.of(BEGIN.plusMillis(elapsed)),
        elapsed,
        gpus,
        parts,
        Optional.of(
            new GpuUse(
                OptionalLong.of(busy),
                OptionalLong.of(idle),
                OptionalLong.of(vramPeak),
                OptionalLong.of(431_000),
                OptionalLong.of(76),
                OptionalLong.of(100),
                OptionalLong.of(vramPeak / 2))),
        Optional.of(
            new PowerProfile(1_800_000, new long[] {43_000, 0, 431_000}, /* seen= */ 0b101)));
  }
}
