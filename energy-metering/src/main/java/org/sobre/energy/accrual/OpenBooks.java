package org.sobre.energy.accrual;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.sobre.energy.meter.MetersConfig;

/**
 * What is open of a boot, and not in the ledger: its runs, what is given to them, the lines that
 * wait. A checkpoint has all of it, but for the runs' steps, and it is taken up from one.
 *
 * @param closing cuts it into lines
 */
record OpenBooks(
    NodeIdentity identity, Runs runs, Settlement settlement, SealedLines sealed, Closing closing) {

  OpenBooks {
    requireNonNull(identity, "identity");
    requireNonNull(runs, "runs");
    requireNonNull(settlement, "settlement");
    requireNonNull(sealed, "sealed");
    requireNonNull(closing, "closing");
  }

  static OpenBooks fresh(NodeIdentity identity, MetersConfig config, long nowNanos, Instant wall) {
    Window window = new Window(wall.truncatedTo(ChronoUnit.MILLIS), nowNanos);
    Runs runs = new Runs(/* sharedFrom= */ 0);
    return of(identity, config, runs, new Settlement(runs, window, nowNanos));
  }

  static OpenBooks resumed(Checkpoint checkpoint, MetersConfig config) {
    Runs runs = Runs.resumed(checkpoint);
    OpenBooks books = of(checkpoint.identity(), config, runs, Settlement.resumed(checkpoint, runs));
    books.sealed.takeUp(checkpoint);
    books.closing.clockUnset(checkpoint.isClockUnset());
    return books;
  }

  private static OpenBooks of(
      NodeIdentity identity, MetersConfig config, Runs runs, Settlement settlement) {
    SealedLines sealed = new SealedLines();
    Closing closing = new Closing(identity, runs, settlement, sealed, config.longestInterval());
    return new OpenBooks(identity, runs, settlement, sealed, closing);
  }

  /** Whether the ledger has nothing of this boot yet, so that all labels may still change. */
  boolean nothingIsWritten() {
    return sealed.seqBase().isEmpty();
  }

  /**
   * As the lines it would become.
   *
   * @param ended of which steps may be left
   */
  Checkpoint checkpoint(List<EndedRuns.Ended> ended) {
    Window window = settlement.window();
    long settledNanos = settlement.nanos();
    Instant to = window.from().plusMillis(MeterTally.millis(settledNanos - window.fromNanos()));
    List<Checkpoint.RunMark> marks = runs.all().stream().map(run -> closing.mark(run, to)).toList();
    return new Checkpoint(
        identity,
        settledNanos,
        sealed.seqBase(),
        sealed.nextOrdinal(),
        window.fromNanos(),
        window.line(closing.header(), true, to, settledNanos),
        marks,
        sealed.pending(),
        settlement.unsettled(),
        settlement.unsettledSources(),
        settlement.distrusted(),
        settlement.presences(),
        ended,
        settlement.cpus().state());
  }
}
