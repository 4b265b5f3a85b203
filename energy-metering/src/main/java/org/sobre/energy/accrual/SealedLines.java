package org.sobre.energy.accrual;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import org.sobre.energy.ledger.BalanceLine;
import org.sobre.energy.ledger.JobLine;
import org.sobre.energy.ledger.LedgerLine;
import org.sobre.slurm.job.JobKey;

/** The lines that are sealed and not known to be in the ledger, and their numbers. */
final class SealedLines {

  /** Weeks of a node's lines, should the ledger be away. */
  private static final int MOST = 2_000;

  /**
   * As much as these can be: a balance of 64 jobs on five meters has 326, some 60 kB. The state
   * with all of them is put down each second, in the machine's memory, and read back by a daemon
   * that has a heap of 32 MiB.
   */
  private static final int MOST_PARTS = 20_000;

  private final List<PendingLine> pending = new ArrayList<>();

  /** Whose lines are among them, and when they ended. */
  private final SortedMap<JobKey, Long> ends = new TreeMap<>();

  private int parts;
  private long nextOrdinal = 1;
  private OptionalLong seqBase = OptionalLong.empty();

  void takeUp(Checkpoint checkpoint) {
    checkpoint.pending().forEach(this::keep);
    nextOrdinal = checkpoint.nextOrdinal();
    seqBase = checkpoint.seqBase();
  }

  void add(BalanceLine line) {
    add(line, OptionalLong.empty());
  }

  /**
   * @param endNanos of the run, on the node's uptime clock
   */
  void add(JobLine line, long endNanos) {
    add(line, OptionalLong.of(endNanos));
  }

  private void add(LedgerLine line, OptionalLong runEndNanos) {
    keep(new PendingLine(nextOrdinal, line, runEndNanos));
    nextOrdinal++;
  }

  private void keep(PendingLine line) {
    pending.add(line);
    line.closes().ifPresent(job -> ends.put(job, line.runEndNanos().orElse(0)));
    parts += line.parts();
  }

  /** No more can be kept: ended jobs and the balance wait, and no energy is lost. */
  boolean isFull() {
    return pending.size() >= MOST || parts >= MOST_PARTS;
  }

  /** Whether the line of a job is among them. */
  boolean closes(JobKey job) {
    return ends.containsKey(job);
  }

  /** When the runs of those lines ended, of the node's uptime clock. */
  SortedMap<JobKey, Long> ends() {
    return Collections.unmodifiableSortedMap(ends);
  }

  /**
   * The run of a job that no hook told of, and that had not ended by then.
   *
   * @param nanos of the node's uptime clock: the wall clock may have been set since
   */
  Optional<JobKey> untold(long id, long nanos) {
    if (ends.subMap(JobKey.firstOf(id), JobKey.firstOf(id + 1)).isEmpty()) {
      return Optional.empty();
    }
    return pending.stream()
        .filter(SealedLines::closesUntold)
        .filter(line -> nanos <= line.runEndNanos().orElse(Long.MIN_VALUE))
        .flatMap(line -> line.closes().stream())
        .filter(job -> job.id() == id)
        .findFirst();
  }

  private static boolean closesUntold(PendingLine line) {
    return line.line() instanceof JobLine job && RunningJob.isUntold(job.beginFrom());
  }

  List<PendingLine> pending() {
    return List.copyOf(pending);
  }

  void written(long ordinal) {
    if (pending.isEmpty() || pending.get(0).ordinal() > ordinal) {
      return;
    }
    List<PendingLine> others = pending.stream().filter(line -> line.ordinal() > ordinal).toList();
    pending.clear();
    ends.clear();
    parts = 0;
    others.forEach(this::keep);
  }

  long nextOrdinal() {
    return nextOrdinal;
  }

  OptionalLong seqBase() {
    return seqBase;
  }

  void seqBase(long base) {
    seqBase = OptionalLong.of(base);
  }

  /** What the next line will have as seq; absent until the ledger was open. */
  OptionalLong nextSeq() {
    return seqBase.isPresent()
        ? OptionalLong.of(seqBase.getAsLong() + nextOrdinal)
        : OptionalLong.empty();
  }
}
