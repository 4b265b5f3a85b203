package org.sobre.energy.accrual;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.sobre.energy.ledger.LedgerLine;
import org.sobre.slurm.job.JobKey;

/** The lines that are sealed and not known to be in the ledger, and their numbers. */
final class SealedLines {

  /** Weeks of a node's lines, should the ledger be away. */
  private static final int MOST = 2_000;

  private final List<PendingLine> pending = new ArrayList<>();
  private long nextOrdinal = 1;
  private OptionalLong seqBase = OptionalLong.empty();

  void takeUp(Checkpoint checkpoint) {
    pending.addAll(checkpoint.pending());
    nextOrdinal = checkpoint.nextOrdinal();
    seqBase = checkpoint.seqBase();
  }

  void add(LedgerLine line) {
    pending.add(new PendingLine(nextOrdinal, line));
    nextOrdinal++;
  }

  /** No more can be kept: ended jobs and the balance wait, and no energy is lost. */
  boolean isFull() {
    return pending.size() >= MOST;
  }

  /** Whether the line of a job is among them. */
  boolean closes(JobKey job) {
    return pending.stream().anyMatch(line -> line.closes().equals(Optional.of(job)));
  }

  List<PendingLine> pending() {
    return List.copyOf(pending);
  }

  void written(long ordinal) {
    pending.removeIf(line -> line.ordinal() <= ordinal);
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
