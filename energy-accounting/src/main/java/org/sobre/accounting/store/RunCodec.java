package org.sobre.accounting.store;

import java.math.BigDecimal;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import org.sobre.accounting.store.RunState.MeterSums;
import org.sobre.energy.ledger.JobLine;
import org.sobre.energy.ledger.JobLine.GpuUse;
import org.sobre.energy.ledger.JobLine.HeldGpu;
import org.sobre.energy.ledger.JobLine.PartEnergy;
import org.sobre.energy.ledger.MeterId;
import org.sobre.energy.ledger.Part;
import org.sobre.energy.ledger.PowerProfile;
import org.sobre.energy.ledger.RunKey;
import org.sobre.hardware.units.Energy;
import org.sobre.slurm.job.JobKey;

/** A {@link RunState} as bytes; names are numbers of {@link Names}. */
final class RunCodec {

  private final Names names;

  RunCodec(Names names) {
    this.names = names;
  }

  byte[] encode(RunState run) throws SQLException {
    BlobWriter out = new BlobWriter();
    Instant begin = run.key().begin();
    out.unsigned(names.number(run.key().node()))
        .unsigned(run.key().job().restart())
        .signed(begin.getEpochSecond())
        .unsigned(begin.getNano())
        .unsigned(run.uid())
        .unsigned(names.number(run.account()));
    out.flag(!run.balanced().isEmpty());
    if (!run.balanced().isEmpty()) {
      out.signed(run.balancedFromMillis()).signed(run.balancedUntilMillis());
    }
    run.hours().write(out);
    out.unsigned(run.balanced().size());
    for (Map.Entry<MeterId, MeterSums> meter : run.balanced().entrySet()) {
      write(out, meter.getKey());
      MeterSums sums = meter.getValue();
      out.flag(sums.isIdleKnown).flag(sums.isCounted).fields(sums.all).fields(sums.counted);
    }
    out.flag(run.end().isPresent());
    if (run.end().isPresent()) {
      write(out, run.end().get());
    }
    return out.bytes();
  }

  private void write(BlobWriter out, MeterId meter) throws SQLException {
    out.unsigned(names.number(meter.part().jsonName())).unsigned(names.number(meter.device()));
  }

  private void write(BlobWriter out, RunEnd end) throws SQLException {
    out.unsigned(names.number(end.user()))
        .unsigned(names.number(end.partition()))
        .signed(end.endMillis())
        .unsigned(end.elapsedMillis())
        .signed(end.cpus());
    out.flag(end.declared().isPresent());
    if (end.declared().isPresent()) {
      write(out, end.declared().get());
    }
    out.unsigned(end.gpus().size());
    for (HeldGpu gpu : end.gpus()) {
      out.unsigned(names.number(gpu.device()))
          .unsigned(names.number(gpu.type()))
          .unsigned(gpu.fractionBillionths())
          .optional(gpu.memoryTotalMebibytes());
    }
    out.unsigned(end.energy().size());
    for (PartEnergy part : end.energy()) {
      write(out, part);
    }
    out.flag(end.use().isPresent());
    end.use().ifPresent(use -> USE.forEach(field -> out.optional(field.apply(use))));
    out.flag(end.power().isPresent());
    end.power().ifPresent(power -> write(out, power));
    out.unsigned(end.checks().size());
    for (JobLine.CounterCheck check : end.checks()) {
      out.unsigned(names.number(check.device()))
          .unsigned(check.counter().microjoules())
          .unsigned(check.integrated().microjoules())
          .flag(check.trusted());
    }
  }

  private void write(BlobWriter out, JobLine.Declared told) throws SQLException {
    out.unsigned(told.byUid())
        .unsigned(names.number(told.profile()))
        .optional(told.batchSize())
        .unsigned(names.number(told.unit()))
        .optional(told.items())
        .optional(told.tokensIn())
        .optional(told.tokensOut());
  }

  private void write(BlobWriter out, PartEnergy part) throws SQLException {
    write(out, part.meter());
    long[] energy = new long[MeterSums.IDLE];
    MeteredField.addTo(energy, 0, part.energy());
    out.fields(energy)
        .optional(
            part.idle().isPresent()
                ? OptionalLong.of(part.idle().get().microjoules())
                : OptionalLong.empty())
        .signed(part.observedMillis())
        .unsigned(names.number(part.missing()));
  }

  private static final List<Function<GpuUse, OptionalLong>> USE =
      List.of(
          GpuUse::busyMillis,
          GpuUse::heldIdleMillis,
          GpuUse::vramPeakMebibytes,
          GpuUse::powerPeakMilliwatts,
          GpuUse::busyPercentMean,
          GpuUse::busyPercentPeak,
          GpuUse::vramMeanMebibytes);

  private static void write(BlobWriter out, PowerProfile power) {
    out.unsigned(power.stepMillis()).unsigned(power.steps());
    for (int step = 0; step < power.steps(); step++) {
      out.optional(power.at(step));
    }
  }

  RunState decode(long id, String cluster, long slurmJob, byte[] bytes) {
    BlobReader in = new BlobReader(bytes);
    String node = names.text(in.unsigned());
    JobKey job = new JobKey(slurmJob, in.unsignedInt());
    Instant begin = Instant.ofEpochSecond(in.signed(), in.unsigned());
    int uid = in.unsignedInt();
    Optional<String> account = names.optional(in.unsigned());
    long from = Long.MAX_VALUE;
    long until = Long.MIN_VALUE;
    if (in.flag()) {
      from = in.signed();
      until = in.signed();
    }
    HourSums hours = HourSums.read(in, RunState.WIDTH);
    RunState run = new RunState(id, new RunKey(cluster, node, job, begin), uid, hours);
    for (int left = in.unsignedInt(); left > 0; left--) {
      MeterSums sums = run.meter(meter(in));
      sums.isIdleKnown = in.flag();
      sums.isCounted = in.flag();
      in.addTo(sums.all);
      in.addTo(sums.counted);
    }
    run.restore(account, in.flag() ? Optional.of(end(in)) : Optional.empty(), from, until);
    return run;
  }

  /** Of a run's bytes the sums by hour of its balances ({@link RunState#hours()}) alone. */
  static HourSums hours(byte[] bytes) {
    BlobReader in = new BlobReader(bytes);
    // node, restart, begin and its nanoseconds, uid, account
    for (int i = 0; i < 6; i++) {
      in.unsigned();
    }
    if (in.flag()) {
      in.signed();
      in.signed();
    }
    return HourSums.read(in, RunState.WIDTH);
  }

  private MeterId meter(BlobReader in) {
    Part part = Part.ofJsonName(names.text(in.unsigned())).orElseThrow();
    return new MeterId(part, names.text(in.unsigned()));
  }

  private RunEnd end(BlobReader in) {
    String user = names.text(in.unsigned());
    Optional<String> partition = names.optional(in.unsigned());
    long end = in.signed();
    long elapsed = in.unsigned();
    int cpus = Math.toIntExact(in.signed());
    Optional<JobLine.Declared> declared = in.flag() ? Optional.of(declared(in)) : Optional.empty();
    List<HeldGpu> gpus = new ArrayList<>();
    for (int left = in.unsignedInt(); left > 0; left--) {
      gpus.add(gpu(in));
    }
    List<PartEnergy> energy = new ArrayList<>();
    for (int left = in.unsignedInt(); left > 0; left--) {
      energy.add(part(in));
    }
    Optional<GpuUse> use = in.flag() ? Optional.of(use(in)) : Optional.empty();
    Optional<PowerProfile> power = in.flag() ? Optional.of(power(in)) : Optional.empty();
    List<JobLine.CounterCheck> checks = new ArrayList<>();
    for (int left = in.unsignedInt(); left > 0; left--) {
      checks.add(
          new JobLine.CounterCheck(
              names.text(in.unsigned()),
              Energy.ofMicrojoules(in.unsigned()),
              Energy.ofMicrojoules(in.unsigned()),
              in.flag()));
    }
    return new RunEnd(
        user, partition, end, elapsed, cpus, declared, gpus, energy, use, power, checks);
  }

  private JobLine.Declared declared(BlobReader in) {
    return new JobLine.Declared(
        in.unsignedInt(),
        names.optional(in.unsigned()),
        in.optional(),
        names.optional(in.unsigned()),
        in.optional(),
        in.optional(),
        in.optional());
  }

  private HeldGpu gpu(BlobReader in) {
    return new HeldGpu(
        names.text(in.unsigned()),
        names.text(in.unsigned()),
        Optional.empty(),
        OptionalLong.empty(),
        BigDecimal.valueOf(in.unsigned(), JobLine.FRACTION_DECIMALS),
        in.optional());
  }

  private PartEnergy part(BlobReader in) {
    MeterId meter = meter(in);
    long[] energy = new long[MeterSums.IDLE];
    in.addTo(energy);
    OptionalLong idle = in.optional();
    return new PartEnergy(
        meter,
        RunHours.energy(energy),
        idle.isPresent() ? Optional.of(Energy.ofMicrojoules(idle.getAsLong())) : Optional.empty(),
        in.signed(),
        names.optional(in.unsigned()));
  }

  private static GpuUse use(BlobReader in) {
    return new GpuUse(
        in.optional(),
        in.optional(),
        in.optional(),
        in.optional(),
        in.optional(),
        in.optional(),
        in.optional());
  }

  private static PowerProfile power(BlobReader in) {
    long step = in.unsigned();
    long[] milliwatts = new long[in.unsignedInt()];
    long seen = 0;
    for (int i = 0; i < milliwatts.length; i++) {
      OptionalLong at = in.optional();
      if (at.isPresent()) {
        milliwatts[i] = at.getAsLong();
        seen |= 1L << i;
      }
    }
    return new PowerProfile(step, milliwatts, seen);
  }
}
