package org.sobre.energy.accrual;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.sobre.energy.attribution.Attribution;
import org.sobre.energy.attribution.Holdings;
import org.sobre.energy.attribution.Presence;
import org.sobre.energy.attribution.Split;
import org.sobre.energy.ledger.BalanceLine;
import org.sobre.energy.ledger.MeterId;
import org.sobre.energy.meter.MeterStatus;
import org.sobre.energy.meter.MeteredInterval;

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
  private final Map<MeterId, String> sources = new HashMap<>();
  private Window window;
  private OptionalInt nodeCpus = OptionalInt.empty();
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
    settlement.unsettled.addAll(checkpoint.unsettled());
    settlement.presences.takeUp(checkpoint);
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

  /** Every meter that was there. */
  Set<MeterId> sources() {
    return sources.keySet();
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
      status
          .missing()
          .ifPresent(
              reason ->
                  runs.all().stream()
                      .filter(run -> run.isMeteredBy(status.meter()))
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
    presences.forget(unsettled.earliest(nanos));
  }

  /** Gives all until then, also of what goes on. */
  void cutAt(long untilNanos) {
    settle(unsettled.takeUntil(untilNanos), untilNanos);
  }

  private void settle(List<MeteredInterval> due, long untilNanos) {
    if (!due.isEmpty()) {
      Holdings holdings = holdings();
      due.forEach(interval -> settle(interval, holdings));
    }
    nanos = Math.max(nanos, untilNanos);
    runs.share(nanos, window);
  }

  private void settle(MeteredInterval interval, Holdings holdings) {
    Split split = Attribution.split(interval, holdings);
    Map<Payer, Share> shares = new HashMap<>();
    split
        .jobs()
        .forEach(
            (job, portion) -> {
              Run run = runs.run(job);
              shares.put(run.payer(), run.add(interval, portion));
            });
    String source = sources.getOrDefault(interval.meter(), SOURCE_GONE);
    window.add(interval, source, shares, split);
  }

  Holdings holdings() {
    return runs.holdings(nodeCpus, presences.all());
  }
}
