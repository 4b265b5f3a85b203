package org.sobre.energy.attribution;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.sobre.energy.meter.Proportion;

/**
 * Who pays for a CPU package, or its memory. What it draws whatever is done (its floor) goes by
 * reserved over existing logical processors: what one run pays of that does not depend on its
 * neighbours, nor on how hard they work. What it draws beyond goes by CPU time over the time in
 * which any processor was busy; where nobody tells it, by reserved processors too.
 *
 * <p>Each part is rounded down by itself and the platform takes the rest: the sum is exact, and
 * neither who else is there nor in which order changes anybody's part.
 */
final class CpuSplit implements Division {

  private final List<Holding> runs;
  private final long[] parts;
  private final long whole;

  // Of the use of which a meter asked last: the next meter nearly always asks of the same.
  private final long[] micros;
  private long allMicros;
  private @Nullable CpuUse weighed;

  /**
   * @param present who is there all of the stretch
   * @param nodeCpus 0 if they are not known: then the platform pays
   */
  CpuSplit(List<Holding> present, int nodeCpus) {
    List<Holding> payers = new ArrayList<>(nodeCpus == 0 ? List.of() : present);
    this.runs = payers;
    this.parts = new long[payers.size()];
    this.micros = new long[payers.size()];
    long reserved = 0;
    for (int i = 0; i < parts.length; i++) {
      // A wrapper may have told its processors before the node was known to have fewer.
      parts[i] = Math.min(payers.get(i).cpus(), nodeCpus);
      reserved += parts[i];
    }
    // More reserved than there are, where the site lets jobs share processors: then by what each
    // reserved of that.
    this.whole = Math.max(reserved, nodeCpus);
  }

  /** All by reserved processors: nobody knows what the meter draws while nothing is done. */
  @Override
  public void give(long microjoules, long nanos, Recipients to) {
    long rest = microjoules;
    for (int i = 0; i < parts.length; i++) {
      if (parts[i] > 0) {
        long share = Proportion.of(microjoules, parts[i], whole);
        toRun(i, share, nanos, to);
        rest -= share;
      }
    }
    to.toPlatform(rest);
  }

  /**
   * @param floor how much of the energy is drawn whatever is done
   * @param use over a time that has all of the stretch; null where nobody looked
   */
  void give(long microjoules, long floor, @Nullable CpuUse use, long nanos, Recipients to) {
    if (use != null && whole > 0 && (use.jobsAreSeen() || reservesNothing())) {
      giveByTime(microjoules, floor, use, nanos, to);
      return;
    }
    give(microjoules, nanos, to);
    for (int i = 0; i < parts.length; i++) {
      if (parts[i] > 0) {
        to.cpuBasis(runs.get(i).job(), Proportion.of(floor, parts[i], whole), 0);
      }
    }
  }

  private void giveByTime(long microjoules, long floor, CpuUse use, long nanos, Recipients to) {
    weigh(use);
    long beyond = microjoules - floor;
    long rest = microjoules;
    for (int i = 0; i < parts.length; i++) {
      if (parts[i] > 0 || micros[i] > 0) {
        long still = Proportion.of(floor, parts[i], whole);
        long worked = ofTime(beyond, micros[i]);
        toRun(i, still + worked, nanos, to);
        to.cpuBasis(runs.get(i).job(), still, worked);
        rest -= still + worked;
      }
    }
    for (Map.Entry<Integer, Long> user : use.userMicros().entrySet()) {
      long share = ofTime(beyond, user.getValue());
      if (share > 0) {
        to.toUser(user.getKey(), share);
        rest -= share;
      }
    }
    to.toPlatform(rest);
  }

  private long ofTime(long microjoules, long time) {
    return time == 0 ? 0 : Proportion.of(microjoules, time, allMicros);
  }

  private void toRun(int i, long microjoules, long nanos, Recipients to) {
    to.toRun(runs.get(i).job(), microjoules, nanos, Proportion.of(nanos, parts[i], whole));
  }

  private boolean reservesNothing() {
    for (long part : parts) {
      if (part > 0) {
        return false;
      }
    }
    return true;
  }

  /**
   * The kernel's two ways of counting differ by a tick or so: who worked did so within the busy
   * time, or that is taken to be their sum.
   */
  @SuppressWarnings("ReferenceEquality") // the very same, or it is weighed anew
  private void weigh(CpuUse use) {
    if (use == weighed) {
      return;
    }
    long sum = use.ofUsers();
    for (int i = 0; i < micros.length; i++) {
      micros[i] = whileHeld(use, runs.get(i));
      sum += micros[i];
    }
    allMicros = Math.max(use.busyMicros(), sum);
    weighed = use;
  }

  /**
   * What a run worked is of the time in which it was there: where it began or ended within the
   * use's time, it worked so much harder while it was.
   */
  private static long whileHeld(CpuUse use, Holding run) {
    Long worked = use.jobMicros().get(run.job());
    if (worked == null) {
      return 0;
    }
    long held =
        Math.min(run.toNanos().orElse(Long.MAX_VALUE), use.toNanos())
            - Math.max(run.fromNanos(), use.fromNanos());
    return held <= 0 || held >= use.nanos() ? worked : Proportion.of(worked, use.nanos(), held);
  }
}
