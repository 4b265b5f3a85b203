package org.sobre.accounting.report;

import java.math.BigInteger;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.LongStream;
import org.sobre.accounting.store.MeterUse;
import org.sobre.accounting.store.Period;
import org.sobre.accounting.store.QualitySums;
import org.sobre.accounting.store.RunRecord;

/**
 * What of a run falls into a period: the shares of the balances that begin in it, and at the run's
 * end what its job line tells beyond all balances, for the hour that is still open.
 */
record RunInPeriod(RunRecord run, List<MeterUse> uses, Period period) {

  /** The reason with which a meter that the machine does not have is named. */
  private static final String NO_SUCH_METER = "not-present";

  private static final String GPU = "gpu";

  private record Device(String part, String device) {}

  static boolean isSeen(RunRecord run, Period period) {
    return run.beginMillis() < period.untilMillis()
        && (run.knownUntilMillis() > period.sinceMillis()
            || run.beginMillis() >= period.sinceMillis());
  }

  QualitySums energy() {
    QualitySums sum = QualitySums.ZERO;
    for (MeterUse use : uses) {
      sum = sum.plus(use.inPeriod());
      if (endsHere()) {
        sum = sum.plus(use.ahead());
      }
    }
    return sum;
  }

  /** Whether any meter was observed for any time: energy of 0 is then a true 0. */
  boolean isMeasured() {
    return uses.stream().anyMatch(use -> observedMillis(use) > 0) || energy().total().signum() > 0;
  }

  /** Parts of the machine that it has and that could not be read, each with the reason. */
  Set<String> missing() {
    Set<String> missing = new HashSet<>();
    for (MeterUse use : uses) {
      use.missing()
          .filter(reason -> !reason.equals(NO_SUCH_METER))
          .ifPresent(reason -> missing.add(use.part() + " (" + reason + ")"));
    }
    return missing;
  }

  boolean endsHere() {
    return run.isEnded() && period.contains(run.lastMillis());
  }

  /** How long it held its devices within the period. */
  long heldMillis() {
    OptionalLong elapsed = run.elapsedMillis();
    boolean inside =
        run.beginMillis() >= period.sinceMillis() && run.knownUntilMillis() <= period.untilMillis();
    if (inside && elapsed.isPresent()) {
      return elapsed.getAsLong();
    }
    // over a clock that was set by a year in mid-run no more than it really was
    long overlap = period.overlapMillis(run.beginMillis(), run.knownUntilMillis());
    return Math.min(overlap, elapsed.orElse(overlap));
  }

  /** Billionths of a GPU times milliseconds. Until the job line tells, as the balances do. */
  BigInteger gpuBillionthMillis() {
    LongStream billionths =
        run.isEnded()
            ? run.gpus().stream().mapToLong(RunRecord.Gpu::fractionBillionths)
            : uses.stream()
                .filter(use -> use.part().equals(GPU))
                .mapToLong(MeterUse::fractionBillionths);
    return BigInteger.valueOf(billionths.sum()).multiply(BigInteger.valueOf(heldMillis()));
  }

  /** Device-time that should have been observed: every meter of the run, all the time it held. */
  long dueMillis() {
    Set<Device> due = new HashSet<>();
    for (MeterUse use : uses) {
      if (use.missing().filter(NO_SUCH_METER::equals).isEmpty()) {
        due.add(new Device(use.part(), use.device()));
      }
    }
    run.gpus().forEach(gpu -> due.add(new Device(GPU, gpu.device())));
    return Math.multiplyExact(due.size(), heldMillis());
  }

  /** Device-time that was observed, at most what was due of each meter. */
  long observedMillis() {
    long held = heldMillis();
    long observed = 0;
    for (MeterUse use : uses) {
      observed += Math.min(observedMillis(use), held);
    }
    return observed;
  }

  private long observedMillis(MeterUse use) {
    return use.observedInPeriodMillis() + (endsHere() ? use.observedAheadMillis() : 0);
  }
}
