package org.sobre.energy.accrual;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.sobre.energy.ledger.BalanceLine;
import org.sobre.energy.ledger.JobLine;
import org.sobre.energy.meter.MeteredInterval;

/**
 * The running state as the lines it would become if the node stopped here: a balance of the time
 * since the last one, and a line for each run. What a power cut left is closed by writing them.
 *
 * @param nanos of the node's uptime clock, until which energy is in this state
 * @param seqBase the ledger's seq before the line of ordinal 1; absent until the ledger was open
 * @param nextOrdinal of the next line sealed
 * @param windowFromNanos when the balance began
 * @param pending sealed and not known to be written, by ordinal
 * @param unsettled seen and not attributed yet, so that a daemon killed and started again loses
 *     only what nobody saw; not a part of {@link #closing()}
 */
public record Checkpoint(
    NodeIdentity identity,
    long nanos,
    OptionalLong seqBase,
    long nextOrdinal,
    long windowFromNanos,
    BalanceLine window,
    List<RunMark> runs,
    List<PendingLine> pending,
    List<MeteredInterval> unsettled) {

  /**
   * @param endNanos present once the epilog told
   */
  public record RunMark(
      JobLine line, long beginNanos, OptionalLong endNanos, OptionalInt waitStatus) {
    public RunMark {
      requireNonNull(line, "line");
      requireNonNull(endNanos, "endNanos");
      requireNonNull(waitStatus, "waitStatus");
    }
  }

  public Checkpoint {
    requireNonNull(identity, "identity");
    requireNonNull(seqBase, "seqBase");
    requireNonNull(window, "window");
    runs = List.copyOf(runs);
    pending = List.copyOf(pending);
    unsettled = List.copyOf(unsettled);
  }

  /**
   * What closes this boot, by ordinal: the pending lines, the balance of the time since the last,
   * the line of each run. The same checkpoint always gives the same lines, so that a recovery that
   * was cut short goes on where it stopped.
   */
  public List<PendingLine> closing() {
    List<PendingLine> lines = new ArrayList<>(closingWithoutRuns());
    long ordinal = nextOrdinal + lines.size() - pending.size();
    for (RunMark run : runs) {
      lines.add(new PendingLine(ordinal, run.line()));
      ordinal++;
    }
    return lines;
  }

  /** As {@link #closing()}, for a boot that goes on: without the lines of the runs. */
  public List<PendingLine> closingWithoutRuns() {
    List<PendingLine> lines = new ArrayList<>(pending);
    if (window.elapsedMillis() > 0) {
      lines.add(new PendingLine(nextOrdinal, window));
    }
    return lines;
  }
}
