package org.sobre.energy.accrual;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import org.sobre.energy.ledger.BalanceLine;
import org.sobre.energy.ledger.BootLine;
import org.sobre.energy.ledger.JobLine;
import org.sobre.energy.ledger.LedgerLine;
import org.sobre.energy.ledger.LineHeader;
import org.sobre.slurm.job.JobKey;

/**
 * A line that is sealed and not known to be in the ledger.
 *
 * @param ordinal from 1, the order in which this boot sealed its lines: with the ledger's seq at
 *     the first one it tells, after a crash, whether the line was written
 * @param line with a header that the appender replaces
 */
public record PendingLine(long ordinal, LedgerLine line) {

  public PendingLine {
    requireNonNull(line, "line");
    if (ordinal < 1) {
      throw new IllegalArgumentException("expected an ordinal from 1, found " + ordinal);
    }
  }

  /** The run that this line closes, whose spool files may go once it is written. */
  public Optional<JobKey> closes() {
    return line instanceof JobLine job ? Optional.of(job.facts().key()) : Optional.empty();
  }

  /** The line as the chain has it. */
  public LedgerLine chained(LineHeader place) {
    LineHeader header = place.withClockUnset(line.header().clockUnset());
    if (line instanceof BalanceLine l) {
      return new BalanceLine(
          header,
          l.recovered(),
          l.from(),
          l.to(),
          l.elapsedMillis(),
          l.clockSetMillis(),
          l.meters());
    }
    if (line instanceof JobLine l) {
      return new JobLine(
          header,
          l.recovered(),
          l.facts(),
          l.begin(),
          l.end(),
          l.beginFrom(),
          l.endFrom(),
          l.waitStatus(),
          l.elapsedMillis(),
          l.held(),
          l.energy(),
          l.use(),
          l.declared(),
          l.firstBalance(),
          l.lastBalance());
    }
    return new BootLine(header, ((BootLine) line).at(), ((BootLine) line).previous());
  }
}
