package org.sobre.energy.accrual;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.sobre.energy.ledger.JobLine;
import org.sobre.energy.ledger.JobLine.CounterCheck;
import org.sobre.energy.ledger.JobLine.PartEnergy;
import org.sobre.energy.ledger.MeterId;
import org.sobre.energy.ledger.Part;
import org.sobre.energy.ledger.Quality;
import org.sobre.energy.meter.MeteredInterval;
import org.sobre.energy.meter.Proportion;
import org.sobre.hardware.units.Energy;

/** What the meters saw of one run, and why some saw nothing. */
final class SeenParts {

  /** Written where no meter gave anything and none said why: nobody was looking. */
  private static final String NOT_OBSERVED = "not-observed";

  private final Map<MeterId, Share> totals = new HashMap<>();
  private final SortedMap<MeterId, String> missing = new TreeMap<>();
  private final SortedSet<MeterId> expected = new TreeSet<>();
  private final SortedMap<String, CounterCheck> checks = new TreeMap<>();
  private Use use = new Use();

  /**
   * As a line tells.
   *
   * @param load of which its means are made
   */
  void takeUp(JobLine line, LoadSums load) {
    for (PartEnergy part : line.energy()) {
      if (part.observedMillis() > 0 || !part.energy().isZero()) {
        totals.put(
            part.meter(),
            Share.of(part.energy(), part.idle(), part.basis(), part.observedMillis()));
      }
      part.missing().ifPresent(reason -> takeUp(part.meter(), reason));
    }
    use = Use.of(line.use(), load);
    line.counterCheck().forEach(check -> checks.put(check.device(), check));
  }

  /** Its boards the run knows by itself, and they may be told anew. */
  private void takeUp(MeterId meter, String reason) {
    if (!reason.equals(NOT_OBSERVED)) {
      missing.put(meter, reason);
    } else if (meter.part() != Part.GPU) {
      expected.add(meter);
    }
  }

  /**
   * @param portion of the interval
   * @param exclusive whether the run's GPUs are its own, as {@link
   *     org.sobre.energy.attribution.Holding#exclusive}
   * @param inBalance the run's share of this meter there, which grows alike
   */
  void add(MeteredInterval interval, Portion portion, boolean exclusive, Share inBalance) {
    // Of a board that it has a part of, nobody can tell whose the load was.
    boolean alone = portion.isWhole();
    Optional<Boolean> busy =
        alone || !exclusive
            ? interval.load().flatMap(MeteredInterval.Load::busy)
            : Optional.empty();
    inBalance.add(interval.quality(), portion, busy);
    totals
        .computeIfAbsent(interval.meter(), any -> new Share())
        .add(interval.quality(), portion, busy);
    // The load of a GPU that only others used is not this run's use of it.
    boolean used = exclusive ? alone : portion.microjoules() > 0;
    if (interval.meter().part() == Part.GPU && interval.load().isPresent() && used) {
      use.add(interval.load().get(), portion.heldNanos());
    }
  }

  /**
   * What the device's two ways of telling have for the run's share, if it has two.
   *
   * @param portion of the interval
   */
  void check(MeteredInterval interval, Portion portion) {
    if (interval.beside().isPresent()) {
      boolean counted = interval.quality() == Quality.COUNTER;
      long whole = interval.energy().microjoules();
      long beside = interval.beside().get().microjoules();
      Energy share = Energy.ofMicrojoules(portion.microjoules());
      Energy other =
          Energy.ofMicrojoules(
              whole == 0
                  ? Proportion.of(beside, portion.ownNanos(), interval.nanos())
                  : Proportion.of(beside, portion.microjoules(), whole));
      String device = interval.meter().device();
      checks.merge(
          device,
          new CounterCheck(device, counted ? share : other, counted ? other : share, counted),
          CounterCheck::plus);
    }
  }

  List<CounterCheck> counterChecks() {
    return List.copyOf(checks.values());
  }

  void miss(MeterId meter, String reason) {
    missing.put(meter, reason);
  }

  /** Of a meter that saw nothing of the run this is told too. */
  void expect(MeterId meter) {
    expected.add(meter);
  }

  /** Absent if nothing can be told. */
  Optional<JobLine.GpuUse> use() {
    return use.asLine();
  }

  /** Of which the means in {@link #use()} are made. */
  LoadSums load() {
    return use.sums();
  }

  /**
   * Energy by meter: what was seen, and every meter that was not, with its reason.
   *
   * @param boards that the run holds
   * @param gapNanos a meter unseen for longer has its reason told, if one is known
   */
  List<PartEnergy> parts(Set<String> boards, long elapsedNanos, long gapNanos) {
    SortedSet<MeterId> meters = new TreeSet<>(totals.keySet());
    meters.addAll(missing.keySet());
    meters.addAll(expected);
    boards.forEach(board -> meters.add(new MeterId(Part.GPU, board)));
    List<PartEnergy> parts = new ArrayList<>();
    for (MeterId meter : meters) {
      Share share = totals.getOrDefault(meter, new Share());
      Optional<String> reason = Optional.ofNullable(missing.get(meter));
      if (share.isNothing()) {
        reason = Optional.of(reason.orElse(NOT_OBSERVED));
      } else if (elapsedNanos - share.observedNanos() <= gapNanos) {
        reason = Optional.empty();
      }
      parts.add(
          new PartEnergy(
              meter,
              share.energy(),
              share.idle(),
              MeterTally.millis(share.observedNanos()),
              reason,
              share.basis()));
    }
    return parts;
  }
}
