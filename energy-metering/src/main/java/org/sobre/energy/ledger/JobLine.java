package org.sobre.energy.ledger;

import static java.util.Objects.requireNonNull;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.sobre.hardware.units.Energy;
import org.sobre.slurm.job.JobFacts;

/**
 * One run of a job on one node, sealed when it ended.
 *
 * @param facts who ran it, from the prolog or the wrapper; without the positions in the gres list,
 *     which mean nothing after the boot ({@code held} names the devices), and with the CPUs of
 *     {@code held}
 * @param waitStatus of the batch script, or of the wrapper's command, as wait(2) gives it; absent
 *     where nobody told
 * @param energy one entry a meter; a meter that could not be read stands here with its reason
 * @param declared what the job said of itself; absent if it said nothing
 * @param firstBalance seq of the first balance line that holds a share of this run; absent if none
 *     is written yet
 */
public record JobLine(
    LineHeader header,
    boolean recovered,
    JobFacts facts,
    Instant begin,
    Instant end,
    BeginFrom beginFrom,
    EndFrom endFrom,
    OptionalInt waitStatus,
    long elapsedMillis,
    Held held,
    List<PartEnergy> energy,
    Optional<GpuUse> use,
    Optional<Declared> declared,
    OptionalLong firstBalance,
    OptionalLong lastBalance)
    implements LedgerLine {

  /** Of {@link HeldGpu#fraction()}. */
  public static final int FRACTION_DECIMALS = 9;

  /** How the begin is known. */
  public enum BeginFrom {
    PROLOG,
    CGROUP,
    DAEMON_START,
    /** The job's wrapper told, on a machine without Slurm. */
    WRAPPER,
    /**
     * A word of a later version. Written only where this version closes what a later one had left
     * in a checkpoint.
     */
    OTHER;

    public String jsonName() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /** How the end is known. */
  public enum EndFrom {
    EPILOG,
    CGROUP,
    REBOOT,
    SLURM,
    /** The job's wrapper told. */
    WRAPPER,
    /** The wrapper is gone and has told nothing. */
    PROCESS,
    /**
     * A word of a later version. Written only where this version closes what a later one had left
     * in a checkpoint.
     */
    OTHER;

    public String jsonName() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /**
   * @param memoryMebibytes absent where Slurm did not say
   */
  public record Held(int cpus, OptionalLong memoryMebibytes, List<HeldGpu> gpus) {
    public Held {
      gpus = List.copyOf(gpus);
    }
  }

  /**
   * A GPU, or a partition of one.
   *
   * @param device the board, which has the meters; two partitions of one board are two records
   * @param partition its profile, {@code 3g.40gb}; absent for a whole GPU
   * @param shards of the GPU; absent where the GPU is not shared, or nobody could tell
   * @param fraction of the device, 0 &lt; fraction &lt;= 1, at most {@value #FRACTION_DECIMALS}
   *     decimals; kept with one decimal at least, so that equal fractions are equal records
   */
  public record HeldGpu(
      String device,
      String type,
      Optional<String> partition,
      OptionalLong shards,
      BigDecimal fraction) {

    /** A whole GPU, or what a job had of one that it shared. */
    public HeldGpu(String device, String type, BigDecimal fraction) {
      this(device, type, Optional.empty(), OptionalLong.empty(), fraction);
    }

    public HeldGpu {
      requireNonNull(device, "device");
      requireNonNull(type, "type");
      requireNonNull(partition, "partition");
      requireNonNull(shards, "shards");
      fraction = checkedFraction(fraction);
    }

    static BigDecimal checkedFraction(BigDecimal fraction) {
      if (fraction.signum() <= 0 || fraction.compareTo(BigDecimal.ONE) > 0) {
        throw new IllegalArgumentException(
            "fraction: expected above 0 and at most 1, found " + fraction);
      }
      BigDecimal stripped = fraction.stripTrailingZeros();
      if (stripped.scale() > FRACTION_DECIMALS) {
        throw new IllegalArgumentException(
            "fraction: expected at most " + FRACTION_DECIMALS + " decimals, found " + stripped);
      }
      return stripped.scale() < 1 ? stripped.setScale(1) : stripped;
    }

    public long fractionBillionths() {
      return fraction.movePointRight(FRACTION_DECIMALS).longValueExact();
    }

    /** The same, with another fraction. */
    public HeldGpu withFraction(BigDecimal other) {
      return new HeldGpu(device, type, partition, shards, other);
    }
  }

  /**
   * A run's energy on one meter over its whole time: the sum of its shares in the balances of this
   * boot.
   *
   * @param missing why the meter gave nothing, or nothing for a part of the time
   */
  public record PartEnergy(
      MeterId meter,
      EnergyByQuality energy,
      Optional<Energy> idle,
      long observedMillis,
      Optional<String> missing) {}

  /** How the GPUs were used, all of them together: times are summed over devices. */
  public record GpuUse(
      OptionalLong busyMillis,
      OptionalLong heldIdleMillis,
      OptionalLong vramPeakMebibytes,
      OptionalLong powerPeakMilliwatts) {}

  /** The job's own word, over the socket whose peer was its user. */
  public record Declared(
      int byUid,
      Optional<String> profile,
      OptionalLong batchSize,
      Optional<String> unit,
      OptionalLong items,
      OptionalLong tokensIn,
      OptionalLong tokensOut) {}

  public JobLine {
    requireNonNull(header, "header");
    facts =
        new JobFacts(
            facts.key(),
            facts.user(),
            facts.uid(),
            facts.account(),
            facts.partition(),
            List.of(),
            held.cpus());
    requireNonNull(begin, "begin");
    requireNonNull(end, "end");
    requireNonNull(beginFrom, "beginFrom");
    requireNonNull(endFrom, "endFrom");
    requireNonNull(waitStatus, "waitStatus");
    energy = List.copyOf(energy);
    requireNonNull(use, "use");
    requireNonNull(declared, "declared");
    requireNonNull(firstBalance, "firstBalance");
    requireNonNull(lastBalance, "lastBalance");
    if (elapsedMillis < 0) {
      throw new IllegalArgumentException("a job must not run backwards: " + elapsedMillis + " ms");
    }
  }

  @Override
  public Instant coversUntil() {
    return end;
  }
}
