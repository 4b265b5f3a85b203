package org.sobre.energy.accrual;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.sobre.energy.attribution.Holding;
import org.sobre.energy.attribution.Holdings;
import org.sobre.energy.attribution.Presence;
import org.sobre.energy.attribution.Timeline;
import org.sobre.energy.ledger.BalanceLine;
import org.sobre.energy.ledger.MeterId;
import org.sobre.energy.ledger.Part;
import org.sobre.energy.meter.MeterStatus;
import org.sobre.energy.meter.MeteredInterval;
import org.sobre.energy.meter.ModelledCpuMeter;
import org.sobre.energy.meter.NvmlMeter;

/** Until when energy and time are given to the runs, and what was seen beyond. */
final class Settlement {

  /**
   * What a daemon of an earlier version saw just before it was killed: its checkpoint does not tell
   * how.
   */
  private static final String SOURCE_GONE = "unknown";

  private final Runs runs;
  private final Unsettled unsettled;
  private final Presences presences = new Presences();
  private final CpuAccount cpus = new CpuAccount();
  private final Map<MeterId, String> sources = new HashMap<>();
  private final Set<String> distrusted = new HashSet<>();
  private final Map<MeterId, MeterId> within = new HashMap<>();
  private Window window;
  private OptionalInt nodeCpus = OptionalInt.empty();
  private Timeline timeline = new Timeline(new Holdings(List.of(), OptionalInt.empty()));
  private long nanos;

  /**
   * @param window to which the parts go
   * @param nanos of the node's uptime clock: where it stands
   */
  Settlement(Runs runs, Window window, long nanos) {
    this.runs = runs;
    this.window = window;
    this.nanos = nanos;
    this.unsettled = new Unsettled(window.fromNanos());
  }

  static Settlement resumed(Checkpoint checkpoint, Runs runs) {
    Window window = Window.resumed(checkpoint, runs.all());
    Settlement settlement = new Settlement(runs, window, checkpoint.nanos());
    settlement.sources.putAll(checkpoint.sources());
    for (BalanceLine.MeterBalance meter : checkpoint.window().meters()) {
      settlement.sources.put(meter.meter(), meter.source());
    }
    settlement.sources.forEach(settlement::noteDistrust);
    settlement.distrusted.addAll(checkpoint.distrusted());
    settlement.unsettled.addAll(checkpoint.unsettled());
    settlement.presences.takeUp(checkpoint);
    settlement.cpus.takeUp(checkpoint.cpus());
    return settlement;
  }

  void nodeCpus(int cpus) {
    nodeCpus = OptionalInt.of(cpus);
  }

  void presences(List<Presence> seen) {
    presences.replace(seen);
  }

  List<Presence> presences() {
    return presences.all();
  }

  CpuAccount cpus() {
    return cpus;
  }

  List<MeteredInterval> unsettled() {
    return unsettled.all();
  }

  /** How the meters of {@link #unsettled()} are read. */
  Map<MeterId, String> unsettledSources() {
    Map<MeterId, String> of = new HashMap<>();
    for (MeteredInterval interval : unsettled.all()) {
      Optional.ofNullable(sources.get(interval.meter()))
          .ifPresent(source -> of.put(interval.meter(), source));
    }
    return of;
  }

  /** NVIDIA cards of whose two readings the power was taken, once: their counter is no more. */
  Set<String> distrusted() {
    return distrusted;
  }

  private void noteDistrust(MeterId meter, String source) {
    if (source.equals(NvmlMeter.POWER_SOURCE)) {
      distrusted.add(meter.device());
    }
  }

  /** Every meter that was there, but for a model that gave way to counters. */
  Set<MeterId> expected() {
    Set<MeterId> expected = new HashSet<>(sources.keySet());
    boolean hasCounters =
        sources.entrySet().stream()
            .anyMatch(meter -> meter.getKey().part() == Part.CPU_PACKAGE && !isModel(meter));
    if (hasCounters) {
      sources.entrySet().stream()
          .filter(Settlement::isModel)
          .forEach(meter -> expected.remove(meter.getKey()));
    }
    return expected;
  }

  private static boolean isModel(Map.Entry<MeterId, String> meter) {
    return meter.getValue().equals(ModelledCpuMeter.SOURCE);
  }

  Window window() {
    return window;
  }

  /** Where it stands. */
  long nanos() {
    return nanos;
  }

  void observe(List<MeterStatus> meters, List<MeteredInterval> intervals) {
    for (MeterStatus status : meters) {
      sources.put(status.meter(), status.source());
      noteDistrust(status.meter(), status.source());
      status.within().ifPresent(whole -> within.put(status.meter(), whole));
      status
          .missing()
          .ifPresent(
              reason ->
                  runs.all().stream()
                      .filter(run -> !run.hasEnded())
                      .filter(run -> run.holder().isMeteredBy(status.meter()))
                      .forEach(run -> run.miss(status.meter(), reason.jsonName())));
    }
    unsettled.addAll(intervals);
  }

  /** The balance was cut: what comes goes to the next one. */
  void begin(Window next) {
    window = next;
    unsettled.cutAt(next.fromNanos());
  }

  /** Gives what is over by then. */
  void whole(long untilNanos) {
    settle(unsettled.takeWhole(untilNanos), untilNanos);
    long earliest = unsettled.earliest(nanos);
    presences.forget(earliest);
    cpus.forget(earliest);
  }

  /** Gives all until then, also of what goes on. */
  void cutAt(long untilNanos) {
    settle(unsettled.takeUntil(untilNanos), untilNanos);
  }

  private void settle(List<MeteredInterval> due, long untilNanos) {
    layOut();
    List<Holding> holdings = runs.holdings();
    due.forEach(interval -> settle(interval, holdings));
    nanos = Math.max(nanos, untilNanos);
    runs.share(nanos, window, timeline);
  }

  private void settle(MeteredInterval interval, List<Holding> holdings) {
    String source = sources.getOrDefault(interval.meter(), SOURCE_GONE);
    MeterTally tally = window.tally(interval.meter(), source);
    tally.see(interval, source, Optional.ofNullable(within.get(interval.meter())));
    timeline.give(interval, cpus.work(), new Booking(runs, tally, interval.quality()));
    runs.all().forEach(run -> run.book(interval, tally));
    cpus.learn(interval, holdings, nodeCpus);
  }

  /** Anew, if a run has begun or ended, or a process come or gone. */
  private void layOut() {
    if (!timeline.isOf(runs.holdings(), nodeCpus, presences.all())) {
      timeline = new Timeline(holdings());
    }
  }

  Holdings holdings() {
    return new Holdings(runs.holdings(), nodeCpus, presences.all());
  }
}
