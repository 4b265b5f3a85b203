package org.sobre.accounting.store;

import java.math.BigInteger;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.sobre.accounting.store.RunState.MeterSums;
import org.sobre.energy.ledger.EnergyByQuality;
import org.sobre.energy.ledger.JobLine.HeldGpu;
import org.sobre.energy.ledger.JobLine.PartEnergy;
import org.sobre.energy.ledger.MeterId;
import org.sobre.energy.ledger.Part;
import org.sobre.hardware.units.Energy;

/**
 * What of a run falls into which hour: the shares of the balances that begin in it; at the run's
 * end what its job line tells beyond all balances; the time for which it held its devices. Pure.
 */
final class RunHours {

  /** The reason with which a meter that the machine does not have is named. */
  private static final String NO_SUCH_METER = "not-present";

  /** A running job began no longer before its first balance, unless its clock was not set. */
  private static final long LONGEST_UNBALANCED_MILLIS = 92L * HourSums.PER_DAY * HourSums.MILLIS;

  private final RunState run;
  private final HourSums sums = new HourSums(UsageField.WIDTH);
  private final List<PartEnergy> told;
  private long[] measured = {};
  private final long untilMillis;
  private final long heldMillis;

  private RunHours(RunState run, Containment containment) {
    this.run = run;
    this.told = told(run.end().map(RunEnd::energy).orElse(List.of()), containment);
    this.untilMillis = run.knownUntilMillis();
    this.heldMillis = run.end().map(RunEnd::elapsedMillis).orElse(untilMillis - fromMillis());
  }

  /**
   * @param containment of the run's node
   */
  static RunHours of(RunState run, Containment containment) {
    RunHours hours = new RunHours(run, containment);
    hours.addBalanced();
    hours.addAhead();
    hours.addHeld();
    hours.sums.forEach((hour, fields) -> fields[UsageField.RUNS.at()] = 1);
    hours.measured = hours.readHours();
    hours.limitObserved();
    return hours;
  }

  static EnergyByQuality energy(long[] microjoules) {
    return EnergyByQuality.ofMicrojoules(microjoules[0], microjoules[1], microjoules[2]);
  }

  /** The sums of its hours, those from {@link UsageField#COUNTER} to GPU_BILLIONTHS and RUNS. */
  HourSums sums() {
    return sums;
  }

  /** The hours in which any meter was read, in order. */
  long[] measured() {
    return measured;
  }

  private long[] readHours() {
    LongStream.Builder read = LongStream.builder();
    sums.forEach(
        (hour, fields) -> {
          if (UsageField.isMeasured(fields)) {
            read.add(hour);
          }
        });
    return read.build().toArray();
  }

  /** The hour of its end, at which falls what its job line tells. */
  long endHour() {
    return HourSums.hour(Math.max(run.beginMillis(), untilMillis - 1));
  }

  /** Parts of the machine that it has and that could not be read, with the reason; sorted. */
  Set<String> missing() {
    Set<String> missing = new TreeSet<>();
    for (PartEnergy part : told) {
      part.missing()
          .filter(reason -> !reason.equals(NO_SUCH_METER))
          .ifPresent(reason -> missing.add(part.meter().part().jsonName() + " (" + reason + ")"));
    }
    return missing;
  }

  /** The begin, or where a clock was set in mid-run, as long before the end as it really ran. */
  private long fromMillis() {
    long begin = run.beginMillis();
    if (run.end().isPresent()) {
      return Math.max(begin, untilMillis - run.end().get().elapsedMillis());
    }
    return run.balancedFromMillis() == Long.MAX_VALUE
        ? begin
        : Math.max(begin, run.balancedFromMillis() - LONGEST_UNBALANCED_MILLIS);
  }

  private void addBalanced() {
    run.hours()
        .forEach(
            (hour, amounts) -> {
              long[] fields = sums.at(hour);
              fields[UsageField.COUNTER.at()] = amounts[0];
              fields[UsageField.SAMPLED.at()] = amounts[1];
              fields[UsageField.MODELLED.at()] = amounts[2];
              fields[UsageField.IDLE.at()] = amounts[MeterSums.IDLE];
              fields[UsageField.OBSERVED.at()] = amounts[RunState.OBSERVED];
            });
  }

  private static List<PartEnergy> told(List<PartEnergy> told, Containment containment) {
    if (containment.isEmpty()) {
      return told;
    }
    Set<MeterId> named = new HashSet<>();
    told.forEach(part -> named.add(part.meter()));
    return told.stream().filter(part -> containment.counts(part.meter(), named)).toList();
  }

  private void addAhead() {
    for (PartEnergy part : told) {
      MeterSums known = run.balanced().getOrDefault(part.meter(), new MeterSums());
      long[] fields = sums.at(endHour());
      long[] line = new long[MeterSums.WIDTH];
      MeteredField.addTo(line, 0, part.energy());
      line[MeterSums.IDLE] = part.idle().map(Energy::microjoules).orElse(0L);
      line[RunState.OBSERVED] = part.observedMillis();
      for (int i = 0; i < line.length; i++) {
        long ahead = Math.max(0, line[i] - known.counted[i]);
        fields[i] = Math.addExact(fields[i], ahead);
      }
    }
  }

  private void addHeld() {
    long devices = devices();
    long billionths = run.end().map(RunEnd::gpuBillionths).orElse(0L);
    long from = fromMillis();
    long last = HourSums.hour(Math.max(from, untilMillis - 1));
    long left = heldMillis;
    for (long hour = HourSums.hour(from); hour <= last; hour++) {
      long begins = Math.max(from, hour * HourSums.MILLIS);
      long ends = Math.min(untilMillis, (hour + 1) * HourSums.MILLIS);
      long held = hour == last ? left : Math.min(left, Math.max(0, ends - begins));
      left -= held;
      long[] fields = sums.at(hour);
      fields[UsageField.DUE.at()] = Math.multiplyExact(devices, held);
      UsageField.addGpu(fields, run.end().isPresent() ? billionths : runningBillionths(hour), held);
    }
  }

  /** Device-time that should be observed is that of every meter it has and every GPU it held. */
  private long devices() {
    Set<MeterId> due = new HashSet<>();
    run.balanced()
        .forEach(
            (meter, known) -> {
              if (known.isCounted) {
                due.add(meter);
              }
            });
    for (PartEnergy part : told) {
      if (part.missing().filter(NO_SUCH_METER::equals).isPresent()) {
        due.remove(part.meter());
      } else {
        due.add(part.meter());
      }
    }
    for (HeldGpu gpu : run.end().map(RunEnd::gpus).orElse(List.of())) {
      due.add(new MeterId(Part.GPU, gpu.device()));
    }
    return due.size();
  }

  /** Of a run whose job line is not there, as the balances of the hour tell; else as all do. */
  private long runningBillionths(long hour) {
    long gpus = run.balanced().keySet().stream().filter(meter -> meter.part() == Part.GPU).count();
    BigInteger own = BigInteger.valueOf(run.hours().of(hour, RunState.GPU_OWN));
    BigInteger time = BigInteger.valueOf(run.hours().of(hour, RunState.GPU_MS));
    if (time.signum() == 0) {
      for (long other : run.hours().hours()) {
        own = own.add(BigInteger.valueOf(run.hours().of(other, RunState.GPU_OWN)));
        time = time.add(BigInteger.valueOf(run.hours().of(other, RunState.GPU_MS)));
      }
    }
    return time.signum() == 0
        ? Math.multiplyExact(gpus, 1_000_000_000)
        : own.multiply(BigInteger.valueOf(gpus)).divide(time).longValueExact();
  }

  /** Of each meter no more was observed than was due: the rest is taken off the last hours. */
  private void limitObserved() {
    Map<MeterId, Long> observed = new HashMap<>();
    told.forEach(part -> observed.merge(part.meter(), part.observedMillis(), Long::sum));
    run.balanced()
        .forEach(
            (meter, known) -> observed.merge(meter, known.counted[RunState.OBSERVED], Long::max));
    long over = 0;
    for (long millis : observed.values()) {
      over += Math.max(0, millis - heldMillis);
    }
    if (over > 0) {
      takeOff(over);
    }
  }

  private void takeOff(long millis) {
    long[] left = {millis};
    sums.forEachBackwards(
        (hour, fields) -> {
          long off = Math.min(left[0], fields[UsageField.OBSERVED.at()]);
          fields[UsageField.OBSERVED.at()] -= off;
          left[0] -= off;
        });
  }
}
