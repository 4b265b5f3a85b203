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
 * @param counterCheck one entry a device that told its energy in two ways
 * @param powerProfile what it drew over its time; absent if no step has a power, and in lines of
 *     earlier versions
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
    List<CounterCheck> counterCheck,
    Optional<PowerProfile> powerProfile,
    Optional<Declared> declared,
    OptionalLong firstBalance,
    OptionalLong lastBalance)
    implements LedgerLine {

  /** One that does not tell what it drew over its time. */
  public JobLine(
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
      List<CounterCheck> counterCheck,
      Optional<Declared> declared,
      OptionalLong firstBalance,
      OptionalLong lastBalance) {
    this(
        header,
        recovered,
        facts,
        begin,
        end,
        beginFrom,
        endFrom,
        waitStatus,
        elapsedMillis,
        held,
        energy,
        use,
        counterCheck,
        Optional.empty(),
        declared,
        firstBalance,
        lastBalance);
  }

  /** Of {@link HeldGpu#fraction()}. */
  public static final int FRACTION_DECIMALS = 9;

  static final long WHOLE_BILLIONTHS = 1_000_000_000;

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
   * @param memoryTotalMebibytes of the whole device; absent where it was not told
   */
  public record HeldGpu(
      String device,
      String type,
      Optional<String> partition,
      OptionalLong shards,
      BigDecimal fraction,
      OptionalLong memoryTotalMebibytes) {

    /** One whose memory is not told. */
    public HeldGpu(
        String device,
        String type,
        Optional<String> partition,
        OptionalLong shards,
        BigDecimal fraction) {
      this(device, type, partition, shards, fraction, OptionalLong.empty());
    }

    /** A whole GPU, or what a job had of one that it shared. */
    public HeldGpu(String device, String type, BigDecimal fraction) {
      this(device, type, Optional.empty(), OptionalLong.empty(), fraction);
    }

    public HeldGpu {
      requireNonNull(device, "device");
      requireNonNull(type, "type");
      requireNonNull(partition, "partition");
      requireNonNull(shards, "shards");
      requireNonNull(memoryTotalMebibytes, "memoryTotalMebibytes");
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
      return new HeldGpu(device, type, partition, shards, other, memoryTotalMebibytes);
    }
  }

  /**
   * A run's energy on one meter over its whole time: the sum of its shares in the balances of this
   * boot.
   *
   * @param missing why the meter gave nothing, or nothing for a part of the time
   * @param basis absent of GPUs, and where all went by reserved processors
   */
  public record PartEnergy(
      MeterId meter,
      EnergyByQuality energy,
      Optional<Energy> idle,
      long observedMillis,
      Optional<String> missing,
      Optional<CpuBasis> basis) {

    /** Of a GPU, or of processors by reservation alone. */
    public PartEnergy(
        MeterId meter,
        EnergyByQuality energy,
        Optional<Energy> idle,
        long observedMillis,
        Optional<String> missing) {
      this(meter, energy, idle, observedMillis, missing, Optional.empty());
    }
  }

  /**
   * How the GPUs were used, all of them together: times are summed over devices, means are over the
   * devices' time in which the figure was told, peaks are of one device at one moment.
   *
   * @param busyMillis with utilisation above 0 %
   * @param busyPercentMean 0 to 100
   * @param busyPercentPeak 0 to 100
   */
  public record GpuUse(
      OptionalLong busyMillis,
      OptionalLong heldIdleMillis,
      OptionalLong vramPeakMebibytes,
      OptionalLong powerPeakMilliwatts,
      OptionalLong busyPercentMean,
      OptionalLong busyPercentPeak,
      OptionalLong vramMeanMebibytes) {

    /** Nothing was told. */
    public static final GpuUse UNKNOWN =
        new GpuUse(
            OptionalLong.empty(),
            OptionalLong.empty(),
            OptionalLong.empty(),
            OptionalLong.empty(),
            OptionalLong.empty(),
            OptionalLong.empty(),
            OptionalLong.empty());
  }

  /**
   * What the two ways in which a device tells its energy say of the run's share, over the time in
   * which both were read. One of them is what {@code energy} has.
   *
   * @param counter difference of readings of its energy counter
   * @param integrated its power over the same time
   * @param trusted whether the counter was, all the time; from the verdict on {@code energy} is of
   *     the power
   */
  public record CounterCheck(String device, Energy counter, Energy integrated, boolean trusted) {
    public CounterCheck {
      requireNonNull(device, "device");
      requireNonNull(counter, "counter");
      requireNonNull(integrated, "integrated");
    }

    /** Of the same device, with more time. */
    public CounterCheck plus(CounterCheck more) {
      return new CounterCheck(
          device,
          counter.plus(more.counter),
          integrated.plus(more.integrated),
          trusted && more.trusted);
    }
  }

  /** The job's own word, over the socket whose peer was its user. */
  public record Declared(
      int byUid,
      Optional<String> profile,
      OptionalLong batchSize,
      Optional<String> unit,
      OptionalLong items,
      OptionalLong tokensIn,
      OptionalLong tokensOut) {

    /** These words, and the earlier ones of what these leave out. */
    public Declared over(Declared earlier) {
      return new Declared(
          byUid,
          profile.or(() -> earlier.profile),
          either(batchSize, earlier.batchSize),
          unit.or(() -> earlier.unit),
          either(items, earlier.items),
          either(tokensIn, earlier.tokensIn),
          either(tokensOut, earlier.tokensOut));
    }

    private static OptionalLong either(OptionalLong mine, OptionalLong earlier) {
      return mine.isPresent() ? mine : earlier;
    }
  }

  public JobLine {
    requireNonNull(header, "header");
    facts = facts.withoutPositions().withCpus(held.cpus());
    requireNonNull(begin, "begin");
    requireNonNull(end, "end");
    requireNonNull(beginFrom, "beginFrom");
    requireNonNull(endFrom, "endFrom");
    requireNonNull(waitStatus, "waitStatus");
    energy = List.copyOf(energy);
    requireNonNull(use, "use");
    counterCheck = List.copyOf(counterCheck);
    requireNonNull(powerProfile, "powerProfile");
    requireNonNull(declared, "declared");
    requireNonNull(firstBalance, "firstBalance");
    requireNonNull(lastBalance, "lastBalance");
    if (elapsedMillis < 0) {
      throw new IllegalArgumentException("a job must not run backwards: " + elapsedMillis + " ms");
    }
  }

  /** The same run, at another place in the chain or by another clock. */
  public JobLine relabelled(LineHeader place, Instant newBegin, Instant newEnd) {
    return with(place, newBegin, newEnd, energy, firstBalance, lastBalance);
  }

  /** The same run, with other sums of energy. */
  public JobLine withEnergy(List<PartEnergy> parts) {
    return with(header, begin, end, parts, firstBalance, lastBalance);
  }

  /** The same run, whose shares stand in other balances. */
  public JobLine withBalances(OptionalLong first, OptionalLong last) {
    return with(header, begin, end, energy, first, last);
  }

  /** The one copy: what a run was stays, whatever is told of it anew. */
  private JobLine with(
      LineHeader place,
      Instant newBegin,
      Instant newEnd,
      List<PartEnergy> parts,
      OptionalLong first,
      OptionalLong last) {
    return new JobLine(
        place,
        recovered,
        facts,
        newBegin,
        newEnd,
        beginFrom,
        endFrom,
        waitStatus,
        elapsedMillis,
        held,
        parts,
        use,
        counterCheck,
        powerProfile,
        declared,
        first,
        last);
  }

  @Override
  public Instant coversUntil() {
    return end;
  }
}
