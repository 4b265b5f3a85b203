package org.sobre.energy.ledger;

import static java.util.Objects.requireNonNull;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.sobre.hardware.units.Energy;
import org.sobre.slurm.job.JobKey;

/**
 * What all meters of a node saw over a stretch of time, and whose it was. Cut at every UTC hour and
 * when the daemon stops. The balances of a boot follow one another without a gap: {@code from} is
 * the {@code to} of the one before, over restarts of the daemon too, and later or earlier by {@code
 * clockSetMillis} where the wall clock was set between the two; time in which a meter was not seen
 * lies inside a line, as {@code observedMillis} short of {@code elapsedMillis}.
 *
 * @param recovered closed from a checkpoint, by a later boot of the node
 * @param elapsedMillis of the monotonic clock, which does not leap
 * @param clockSetMillis by how much the wall clock leapt where this line begins, back if below 0; 0
 *     where it did not
 */
public record BalanceLine(
    LineHeader header,
    boolean recovered,
    Instant from,
    Instant to,
    long elapsedMillis,
    long clockSetMillis,
    List<MeterBalance> meters)
    implements LedgerLine {

  /** Where the wall clock was not set. */
  public BalanceLine(
      LineHeader header,
      boolean recovered,
      Instant from,
      Instant to,
      long elapsedMillis,
      List<MeterBalance> meters) {
    this(header, recovered, from, to, elapsedMillis, /* clockSetMillis= */ 0, meters);
  }

  /**
   * One meter. The meter's own total is read independently; {@code unknown} is what it saw and
   * nobody was named for, never what makes the sum right.
   *
   * @param source {@code powercap}, {@code nvidia-smi}
   * @param within the meter that contains this one, which is shown beside it and never added to it
   * @param observedMillis how long the meter was really seen within the line's time
   */
  public record MeterBalance(
      MeterId meter,
      String source,
      Optional<MeterId> within,
      long observedMillis,
      EnergyByQuality total,
      List<JobShare> jobs,
      List<OutsideShare> outsideSlurm,
      EnergyByQuality platform,
      EnergyByQuality unknown) {

    public MeterBalance {
      requireNonNull(meter, "meter");
      requireNonNull(source, "source");
      requireNonNull(within, "within");
      requireNonNull(total, "total");
      jobs = List.copyOf(jobs);
      outsideSlurm = List.copyOf(outsideSlurm);
      requireNonNull(platform, "platform");
      requireNonNull(unknown, "unknown");
    }

    /**
     * jobs + outsideSlurm + platform + unknown, which must equal {@link #total()} for every
     * quality.
     */
    public EnergyByQuality accounted() {
      EnergyByQuality sum = platform.plus(unknown);
      for (JobShare job : jobs) {
        sum = sum.plus(job.energy());
      }
      for (OutsideShare outside : outsideSlurm) {
        sum = sum.plus(outside.energy());
      }
      return sum;
    }
  }

  /**
   * A job's part of one meter. Carries account and uid, so that a running job is billed before its
   * job line exists.
   *
   * @param begin of the run: with the key and the node it names the run for ever
   * @param idle the part of it drawn while the device was held and did nothing; absent where load
   *     could not be read
   * @param fraction of a GPU: the mean of what the run had of it, over all of this line's time in
   *     which the run held it, seen or not; as {@link JobLine.HeldGpu#fraction}. Absent where it
   *     had it whole, of meters that are no GPU, and in lines of earlier versions
   */
  public record JobShare(
      JobKey job,
      Instant begin,
      Optional<String> account,
      int uid,
      EnergyByQuality energy,
      Optional<Energy> idle,
      long observedMillis,
      Optional<BigDecimal> fraction,
      Optional<CpuBasis> basis) {

    public JobShare {
      requireNonNull(basis, "basis");
      fraction = fraction.map(JobLine.HeldGpu::checkedFraction);
    }

    /** Of the device, where it is a GPU: 1 to 1000000000. */
    public long fractionBillionths() {
      return fraction.isEmpty()
          ? JobLine.WHOLE_BILLIONTHS
          : fraction.get().movePointRight(JobLine.FRACTION_DECIMALS).longValueExact();
    }

    /** Of a GPU, or of processors by reservation alone. */
    public JobShare(
        JobKey job,
        Instant begin,
        Optional<String> account,
        int uid,
        EnergyByQuality energy,
        Optional<Energy> idle,
        long observedMillis,
        Optional<BigDecimal> fraction) {
      this(job, begin, account, uid, energy, idle, observedMillis, fraction, Optional.empty());
    }

    /** Of a meter that the run has whole, or that is not given by fractions. */
    public JobShare(
        JobKey job,
        Instant begin,
        Optional<String> account,
        int uid,
        EnergyByQuality energy,
        Optional<Energy> idle,
        long observedMillis) {
      this(job, begin, account, uid, energy, idle, observedMillis, Optional.empty());
    }
  }

  /** Energy of processes that no job of Slurm owns. */
  public record OutsideShare(int uid, EnergyByQuality energy) {}

  public BalanceLine {
    requireNonNull(header, "header");
    requireNonNull(from, "from");
    requireNonNull(to, "to");
    meters = List.copyOf(meters);
    if (to.isBefore(from) || elapsedMillis < 0) {
      throw new IllegalArgumentException(
          "a balance must not run backwards: " + from + " to " + to + ", " + elapsedMillis + " ms");
    }
  }

  @Override
  public Instant coversUntil() {
    return to;
  }
}
