package org.sobre.energy.accrual;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.sobre.energy.ledger.JobLine.PartEnergy;
import org.sobre.energy.ledger.MeterId;
import org.sobre.energy.ledger.Part;
import org.sobre.energy.ledger.PowerProfile;
import org.sobre.energy.ledger.Quality;

/**
 * What a run draws over its time, in steps that begin with a second and double when there are too
 * many: as coarse as the run is long, and never larger. Each meter's mean is over what that meter
 * saw, and a step of which one of them did not see half has none. Times are nanoseconds since the
 * run's begin.
 */
final class PowerCourse {

  static final long FIRST_STEP_NANOS = Duration.ofSeconds(1).toNanos();

  /** Meters differ by less in how far they have been given: a lag and an interval. */
  private static final long MOST_APART_NANOS = Duration.ofSeconds(10).toNanos();

  /**
   * A meter that comes later than that is of a GPU that the run did not have before, or that slept:
   * it is not due in the steps before.
   */
  private static final long LATE_NANOS = Duration.ofMinutes(1).toNanos();

  /** One meter's share. */
  private static final class Seen {
    final PowerSteps steps = new PowerSteps();
    boolean modelled;
    long untilNanos;
  }

  /** Of all meters together: what a line told, and what meters saw that gave way to others. */
  private final PowerSteps before = new PowerSteps();

  /** Those that see the run. */
  private final Map<MeterId, Seen> meters = new TreeMap<>();

  private long stepNanos = FIRST_STEP_NANOS;
  private long seenUntilNanos;

  /**
   * As a line tells.
   *
   * @param profile of the line
   * @param sums of the steps of which that does not tell all
   * @param parts of the line: what gave anything is due
   * @param elapsedNanos of the line
   * @param seenUntilNanos how far its energy goes: not beyond that
   */
  static PowerCourse of(
      Optional<PowerProfile> profile,
      List<PowerSum> sums,
      List<PartEnergy> parts,
      long elapsedNanos,
      long seenUntilNanos) {
    PowerCourse course = new PowerCourse();
    course.seenUntilNanos = Math.max(0, seenUntilNanos);
    course.makeRoom(Math.max(elapsedNanos, course.seenUntilNanos));
    long even = course.evenUntil(sums);
    parts.stream().filter(part -> part.observedMillis() > 0).forEach(p -> course.takeUp(p, even));
    for (PowerSum sum : sums) {
      if (sum.step() < PowerSteps.MOST) {
        sum.meter()
            .map(meter -> course.seen(meter).steps)
            .orElse(course.before)
            .add(sum.step(), sum.microjoules(), sum.observedNanos());
      }
    }
    profile.ifPresent(line -> course.takeUp(line, sums, elapsedNanos));
    return course;
  }

  /** Until when all meters had told of all: from there on their sums are kept apart. */
  private long evenUntil(List<PowerSum> sums) {
    return sums.stream()
        .filter(sum -> sum.meter().isPresent())
        .mapToLong(sum -> sum.step() * stepNanos)
        .min()
        .orElse(seenUntilNanos);
  }

  private void takeUp(PartEnergy part, long untilNanos) {
    boolean modelled = part.energy().amounts().keySet().equals(Set.of(Quality.MODELLED));
    if (!(modelled && isReplaced(part.meter(), /* modelled= */ true))) {
      giveWay(part.meter(), modelled);
      seen(part.meter()).modelled = modelled;
      seen(part.meter()).untilNanos = untilNanos;
    }
  }

  private void takeUp(PowerProfile line, List<PowerSum> sums, long elapsedNanos) {
    Set<Integer> told = sums.stream().map(PowerSum::step).collect(Collectors.toSet());
    stepNanos = TimeUnit.MILLISECONDS.toNanos(line.stepMillis());
    for (int i = 0; i < line.steps(); i++) {
      if (line.at(i).isPresent() && !told.contains(i)) {
        long nanos = Math.max(0, length(i, elapsedNanos));
        before.add(i, PowerSteps.microjoules(line.at(i).getAsLong(), nanos), nanos);
      }
    }
  }

  private Seen seen(MeterId meter) {
    return meters.computeIfAbsent(meter, any -> new Seen());
  }

  /** A meter saw this; nothing is added before the begin, or of a stretch without length. */
  void add(MeterId meter, Quality quality, long fromNanos, long toNanos, long energy) {
    long from = Math.max(0, fromNanos);
    if (toNanos <= from) {
      return;
    }
    boolean modelled = quality == Quality.MODELLED;
    if (!meters.containsKey(meter)) {
      giveWay(meter, modelled);
      for (int i = 0; from >= LATE_NANOS && (i + 1) * stepNanos <= from; i++) {
        keep(i);
      }
    }
    Seen seen = seen(meter);
    seen.modelled = modelled;
    seen.untilNanos = Math.max(seen.untilNanos, toNanos);
    seenUntilNanos = Math.max(seenUntilNanos, toNanos);
    makeRoom(toNanos);
    seen.steps.add(stepNanos, from, toNanos, energy);
  }

  /** A model of the processors gives way to their counters, or these to it: never are both due. */
  private void giveWay(MeterId to, boolean modelled) {
    if (isReplaced(to, modelled)) {
      for (int i = 0; i < PowerSteps.MOST; i++) {
        keep(i);
      }
      meters.keySet().removeIf(meter -> meter.part() != Part.GPU);
    }
  }

  /** What all that are there have seen of a step stands, whoever else comes. */
  private void keep(int step) {
    long nanos = step < PowerSteps.MOST ? seenByAll(step) : 0;
    if (nanos > 0) {
      before.add(step, PowerSteps.microjoules(milliwatts(step), nanos), nanos);
      meters.values().forEach(meter -> meter.steps.clear(step));
    }
  }

  /** Whether meters of the other kind are there. */
  private boolean isReplaced(MeterId meter, boolean modelled) {
    return meter.part() == Part.CPU_PACKAGE
        && meters.entrySet().stream()
            .anyMatch(
                one ->
                    one.getKey().part() == Part.CPU_PACKAGE && one.getValue().modelled != modelled);
  }

  private void makeRoom(long untilNanos) {
    while ((untilNanos - 1) / stepNanos >= PowerSteps.MOST) {
      before.fold();
      meters.values().forEach(meter -> meter.steps.fold());
      stepNanos *= 2;
    }
  }

  /** Until when something was seen. */
  long seenUntilNanos() {
    return seenUntilNanos;
  }

  /**
   * Absent if no step was seen.
   *
   * @param elapsedNanos how long the run is, or was
   */
  Optional<PowerProfile> asLine(long elapsedNanos) {
    long until = Math.max(elapsedNanos, seenUntilNanos);
    if (until <= 0) {
      return Optional.empty();
    }
    makeRoom(until);
    int steps = (int) ((until - 1) / stepNanos) + 1;
    long[] milliwatts = new long[steps];
    long known = 0;
    for (int i = 0; i < steps; i++) {
      long nanos = before.observedNanos(i) + seenByAll(i);
      if (nanos > 0 && 2 * nanos >= length(i, until)) {
        milliwatts[i] = mean(i);
        known |= 1L << i;
      }
    }
    return known == 0
        ? Optional.empty()
        : Optional.of(
            new PowerProfile(TimeUnit.NANOSECONDS.toMillis(stepNanos), milliwatts, known));
  }

  /** What {@link #asLine} of a run so long does not tell. */
  List<PowerSum> sums(long elapsedNanos) {
    makeRoom(Math.max(elapsedNanos, seenUntilNanos));
    long open = seenUntilNanos;
    for (Seen meter : meters.values()) {
      open = Math.min(open, meter.untilNanos);
    }
    open = Math.max(open, seenUntilNanos - MOST_APART_NANOS);
    List<PowerSum> sums = new ArrayList<>();
    for (int i = 0; i < PowerSteps.MOST && i * stepNanos < seenUntilNanos; i++) {
      long nanos = before.observedNanos(i) + seenByAll(i);
      if ((i + 1) * stepNanos > open) {
        addOpen(sums, i);
      } else if (nanos > 0 && nanos < stepNanos) {
        sums.add(new PowerSum(i, Optional.empty(), PowerSteps.microjoules(mean(i), nanos), nanos));
      }
    }
    return sums;
  }

  /** A step of which some meters may have seen more than others yet. */
  private void addOpen(List<PowerSum> sums, int step) {
    addOpen(sums, step, Optional.empty(), before);
    meters.forEach((meter, seen) -> addOpen(sums, step, Optional.of(meter), seen.steps));
  }

  private static void addOpen(
      List<PowerSum> sums, int step, Optional<MeterId> meter, PowerSteps steps) {
    if (steps.observedNanos(step) > 0) {
      sums.add(new PowerSum(step, meter, steps.microjoules(step), steps.observedNanos(step)));
    }
  }

  private long length(int step, long untilNanos) {
    return Math.min((step + 1) * stepNanos, untilNanos) - step * stepNanos;
  }

  /** For how long of a step every meter looked, at the most. */
  private long seenByAll(int step) {
    long least = meters.isEmpty() ? 0 : Long.MAX_VALUE;
    for (Seen meter : meters.values()) {
      least = Math.min(least, meter.steps.observedNanos(step));
    }
    return least;
  }

  /** Of all meters together, each over what it saw. */
  private long milliwatts(int step) {
    long sum = 0;
    for (Seen meter : meters.values()) {
      sum += meter.steps.milliwatts(step);
    }
    return sum;
  }

  private long mean(int step) {
    long now = seenByAll(step);
    long then = before.observedNanos(step);
    if (then == 0) {
      return milliwatts(step);
    }
    long energy = before.microjoules(step) + PowerSteps.microjoules(milliwatts(step), now);
    return PowerSteps.milliwatts(energy, then + now);
  }
}
