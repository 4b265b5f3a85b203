package org.sobre.energy.accrual;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.sobre.energy.attribution.Presence;
import org.sobre.energy.ledger.BalanceLine;
import org.sobre.energy.ledger.JobLine;
import org.sobre.energy.ledger.MeterId;
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
 * @param sources how the meters of {@code unsettled} were read
 * @param distrusted the NVIDIA cards whose energy counter was not used once in this boot
 * @param presences whose processes were on GPUs in the time of {@code unsettled}
 * @param ended of which steps may be left
 * @param cpus what the processors did in that time, and what is known of their floors
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
    List<MeteredInterval> unsettled,
    Map<MeterId, String> sources,
    Set<String> distrusted,
    List<Presence> presences,
    List<EndedRuns.Ended> ended,
    CpuState cpus) {

  /**
   * @param endNanos present once the end is known
   * @param wrapper of a run on a machine without Slurm
   * @param load of which the line's means of load are made
   * @param power what the line's power profile does not tell
   * @param seenNanos when something that lives as long as the job does was seen last
   */
  public record RunMark(
      JobLine line,
      long beginNanos,
      OptionalLong endNanos,
      OptionalInt waitStatus,
      Optional<WrapperProcess> wrapper,
      LoadSums load,
      List<PowerSum> power,
      OptionalLong seenNanos) {
    public RunMark {
      requireNonNull(line, "line");
      requireNonNull(wrapper, "wrapper");
      requireNonNull(endNanos, "endNanos");
      requireNonNull(waitStatus, "waitStatus");
      requireNonNull(load, "load");
      power = List.copyOf(power);
      requireNonNull(seenNanos, "seenNanos");
    }

    /** The same, with another line. */
    RunMark withLine(JobLine other) {
      return new RunMark(other, beginNanos, endNanos, waitStatus, wrapper, load, power, seenNanos);
    }
  }

  public Checkpoint {
    requireNonNull(identity, "identity");
    requireNonNull(seqBase, "seqBase");
    requireNonNull(window, "window");
    runs = List.copyOf(runs);
    pending = List.copyOf(pending);
    unsettled = List.copyOf(unsettled);
    sources = Map.copyOf(sources);
    distrusted = Set.copyOf(distrusted);
    presences = List.copyOf(presences);
    ended = List.copyOf(ended);
    requireNonNull(cpus, "cpus");
  }

  /** Whether the wall clock was in doubt. */
  public boolean isClockUnset() {
    return window.header().clockUnset();
  }

  /** With all its wall-clock times later by so much, or earlier; the clock stays in doubt. */
  public Checkpoint movedBy(Duration by) {
    return new Relabelling(by.truncatedTo(ChronoUnit.MILLIS), isClockUnset()).of(this);
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
