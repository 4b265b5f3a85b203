package org.sobre.energy.accrual;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import java.util.OptionalLong;
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
 * @param runEndNanos when the run that it closes ended, of the node's uptime clock; absent in a
 *     line that closes none
 */
public record PendingLine(long ordinal, LedgerLine line, OptionalLong runEndNanos) {

  public PendingLine {
    requireNonNull(line, "line");
    requireNonNull(runEndNanos, "runEndNanos");
    if (ordinal < 1) {
      throw new IllegalArgumentException("expected an ordinal from 1, found " + ordinal);
    }
  }

  PendingLine(long ordinal, LedgerLine line) {
    this(ordinal, line, OptionalLong.empty());
  }

  /** The run that this line closes, whose spool files may go once it is written. */
  public Optional<JobKey> closes() {
    return line instanceof JobLine job ? Optional.of(job.facts().key()) : Optional.empty();
  }

  /** How much of it there is: itself, and what it says of each meter and of whom each served. */
  int parts() {
    if (line instanceof BalanceLine balance) {
      return balance.meters().stream()
          .mapToInt(meter -> 1 + meter.jobs().size() + meter.outsideSlurm().size())
          .reduce(1, Integer::sum);
    }
    return line instanceof JobLine job ? 1 + job.energy().size() : 1;
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
      return l.relabelled(header, l.begin(), l.end());
    }
    return new BootLine(header, ((BootLine) line).at(), ((BootLine) line).previous());
  }
}
