package org.sobre.accounting.store;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.sobre.energy.ledger.BalanceLine;
import org.sobre.energy.ledger.EnergyByQuality;
import org.sobre.energy.ledger.JobLine;
import org.sobre.energy.ledger.MeterId;
import org.sobre.energy.ledger.Part;
import org.sobre.energy.ledger.RunKey;
import org.sobre.hardware.units.Energy;

/** All that lines told of one run of a job on one node, in whatever order they came. */
final class RunState {

  /** The fields of {@link #hours()}: the first five are those of {@link MeterSums}. */
  static final int OBSERVED = 4;

  /** What was the run's of GPUs, billionths of a GPU times milliseconds, and over which time. */
  static final int GPU_OWN = 5;

  static final int GPU_MS = 6;
  static final int WIDTH = 7;

  /** A run on one meter in the balances that were taken. */
  static final class MeterSums {
    static final int IDLE = 3;
    static final int WIDTH = 5;

    /** Microjoules by quality and idle, and milliseconds observed: of all balances. */
    final long[] all = new long[WIDTH];

    /** The same of the balances in which the meter counts: nothing that it contains was seen. */
    final long[] counted = new long[WIDTH];

    boolean isIdleKnown;
    boolean isCounted;

    EnergyByQuality energy() {
      return RunHours.energy(all);
    }
  }

  private final long id;
  private final RunKey key;
  private final HourSums hours;
  private final TreeMap<MeterId, MeterSums> balanced = new TreeMap<>();
  private Optional<String> account = Optional.empty();
  private int uid;
  private Optional<RunEnd> end = Optional.empty();
  private long balancedFromMillis = Long.MAX_VALUE;
  private long balancedUntilMillis = Long.MIN_VALUE;

  RunState(long id, RunKey key, int uid, HourSums hours) {
    this.id = id;
    this.key = key;
    this.uid = uid;
    this.hours = hours;
  }

  /** As it was stored. */
  void restore(
      Optional<String> knownAccount, Optional<RunEnd> knownEnd, long fromMillis, long untilMillis) {
    account = knownAccount;
    end = knownEnd;
    balancedFromMillis = fromMillis;
    balancedUntilMillis = untilMillis;
  }

  /**
   * Adds a share of a balance.
   *
   * @param counts whether the meter does: nothing that it contains was seen in the balance
   */
  void add(BalanceLine line, MeterId meter, BalanceLine.JobShare share, boolean counts) {
    // a run that no prolog told has its account from Slurm, and from its second line on
    account = account.or(share::account);
    long from = line.from().toEpochMilli();
    long until = line.to().toEpochMilli();
    balancedFromMillis = Math.min(balancedFromMillis, from);
    balancedUntilMillis = Math.max(balancedUntilMillis, until);
    long[] amounts = new long[MeterSums.WIDTH];
    MeteredField.addTo(amounts, 0, share.energy());
    amounts[MeterSums.IDLE] = share.idle().map(Energy::microjoules).orElse(0L);
    amounts[OBSERVED] = share.observedMillis();
    MeterSums sums = meter(meter);
    sums.isIdleKnown |= share.idle().isPresent();
    add(sums.all, amounts);
    long hour = HourSums.hour(from);
    if (counts) {
      sums.isCounted = true;
      add(sums.counted, amounts);
      hours.add(hour, amounts);
    }
    if (meter.part() == Part.GPU) {
      long held = Math.max(0, until - Math.max(from, beginMillis()));
      hours.add(hour, GPU_OWN, Math.multiplyExact(held, share.fractionBillionths()));
      hours.add(hour, GPU_MS, held);
    }
  }

  private static void add(long[] sums, long[] amounts) {
    for (int i = 0; i < amounts.length; i++) {
      sums[i] = Math.addExact(sums[i], amounts[i]);
    }
  }

  /** Takes its job line, unless it has one. */
  void end(JobLine line) {
    if (end.isEmpty()) {
      account = line.facts().account().or(() -> account);
      uid = line.facts().uid();
      end = Optional.of(RunEnd.of(line));
    }
  }

  long id() {
    return id;
  }

  RunKey key() {
    return key;
  }

  long beginMillis() {
    return key.begin().toEpochMilli();
  }

  Optional<String> account() {
    return account;
  }

  int uid() {
    return uid;
  }

  /** Absent until its job line is there. */
  Optional<RunEnd> end() {
    return end;
  }

  /** Of the first balance with a share of it; the largest of all longs if there is none. */
  long balancedFromMillis() {
    return balancedFromMillis;
  }

  long balancedUntilMillis() {
    return balancedUntilMillis;
  }

  /** Its end, or while its job line is not there the end of the last balance with a share of it. */
  long knownUntilMillis() {
    return Math.max(beginMillis(), end.map(RunEnd::endMillis).orElse(balancedUntilMillis));
  }

  /** What counts, by the hour in which the balance begins. */
  HourSums hours() {
    return hours;
  }

  Map<MeterId, MeterSums> balanced() {
    return balanced;
  }

  MeterSums meter(MeterId meter) {
    return balanced.computeIfAbsent(meter, absent -> new MeterSums());
  }
}
