package org.sobre.energy.accrual;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.sobre.energy.ledger.BalanceLine;
import org.sobre.energy.ledger.BootLine;
import org.sobre.energy.ledger.JobLine;
import org.sobre.energy.ledger.LedgerLine;
import org.sobre.energy.ledger.LineHeader;

/**
 * Moves all wall-clock times of a state of which nothing is in the ledger yet, where it turns out
 * what the time was. Lengths, energies and the times of the uptime clock stay. Pure.
 *
 * @param by later, or earlier if below zero; whole milliseconds
 * @param clockUnset what the lines say from here on
 */
record Relabelling(Duration by, boolean clockUnset) {

  Relabelling {
    requireNonNull(by, "by");
  }

  Checkpoint of(Checkpoint state) {
    List<Checkpoint.RunMark> runs =
        state.runs().stream().map(run -> run.withLine(job(run.line()))).toList();
    return new Checkpoint(
        state.identity(),
        state.nanos(),
        state.seqBase(),
        state.nextOrdinal(),
        state.windowFromNanos(),
        balance(state.window()),
        runs,
        state.pending().stream()
            .map(line -> new PendingLine(line.ordinal(), line(line.line()), line.runEndNanos()))
            .toList(),
        state.unsettled(),
        state.sources(),
        state.distrusted(),
        state.presences(),
        state.ended(),
        state.cpus());
  }

  private LedgerLine line(LedgerLine line) {
    if (line instanceof BalanceLine balance) {
      return balance(balance);
    }
    if (line instanceof JobLine job) {
      return job(job);
    }
    BootLine boot = (BootLine) line;
    return new BootLine(header(boot.header()), moved(boot.at()), boot.previous());
  }

  private BalanceLine balance(BalanceLine l) {
    return new BalanceLine(
        header(l.header()),
        l.recovered(),
        moved(l.from()),
        moved(l.to()),
        l.elapsedMillis(),
        l.clockSetMillis(),
        l.meters().stream().map(this::meter).toList());
  }

  private BalanceLine.MeterBalance meter(BalanceLine.MeterBalance m) {
    return new BalanceLine.MeterBalance(
        m.meter(),
        m.source(),
        m.within(),
        m.observedMillis(),
        m.total(),
        m.jobs().stream().map(this::share).toList(),
        m.outsideSlurm(),
        m.platform(),
        m.unknown());
  }

  private BalanceLine.JobShare share(BalanceLine.JobShare s) {
    return new BalanceLine.JobShare(
        s.job(),
        moved(s.begin()),
        s.account(),
        s.uid(),
        s.energy(),
        s.idle(),
        s.observedMillis(),
        s.fraction(),
        s.basis());
  }

  private JobLine job(JobLine l) {
    return l.relabelled(header(l.header()), moved(l.begin()), moved(l.end()));
  }

  private LineHeader header(LineHeader header) {
    return header.withClockUnset(clockUnset);
  }

  private Instant moved(Instant time) {
    return time.plus(by);
  }
}
