package org.sobre.energy.accrual;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.sobre.energy.ledger.JobLine.BeginFrom;
import org.sobre.energy.ledger.JobLine.EndFrom;
import org.sobre.energy.ledger.JobLine.HeldGpu;
import org.sobre.slurm.job.JobFacts;
import org.sobre.slurm.job.JobKey;

/**
 * Runs of Slurm of which the hooks told not all, in an {@link Accrual}: begun without a prolog,
 * ended without an epilog. What is seen of them on the node takes the hooks' place, and a run that
 * Slurm ran once stays one, whatever is told late.
 */
public final class UntoldRuns {

  /** Of a run's end: so long nothing later is attributed. */
  public static final Duration LONGEST_DOUBT = Duration.ofSeconds(15);

  /** A prolog runs before the first step: so much later its mark is that of another start. */
  private static final Duration SAME_START = Duration.ofSeconds(2);

  private final Accrual accrual;

  UntoldRuns(Accrual accrual) {
    this.accrual = accrual;
  }

  /**
   * A job runs of which no prolog told. Told again, it changes nothing.
   *
   * @param from how the begin is known
   * @param atNanos not later than now
   */
  public void begin(JobFacts facts, BeginFrom from, long atNanos, long nowNanos, Instant wall) {
    accrual.followClock(nowNanos, wall);
    if (!accrual.knows(facts.key())) {
      Instant at = Accrual.wallAt(atNanos, nowNanos, wall);
      long known = accrual.settledNanos();
      accrual.runs().add(new Run(facts, at, atNanos, known, List.of(), from, Optional.empty()));
    }
  }

  /**
   * The run that a mark of its job belongs to, if it began without a prolog; also of one that has
   * ended, until its line is written.
   *
   * @param id of the job
   * @param begunNanos the latest begin that the mark allows: a prolog's own time, an epilog's
   */
  public Optional<JobKey> find(long id, long begunNanos) {
    Optional<JobKey> running =
        accrual.runs().ofJob(id).stream()
            .map(Run::view)
            .filter(RunningJob::isUntold)
            .filter(run -> begunNanos <= run.beginNanos() + SAME_START.toNanos())
            .map(run -> run.facts().key())
            .findFirst();
    return running.or(() -> accrual.sealed().untold(id, begunNanos));
  }

  /** Whether it has begun without a prolog, which may tell of it late, until its line is sealed. */
  public boolean has(JobKey job) {
    Run run = accrual.runs().get(job);
    return run != null && run.view().isUntold();
  }

  /** What a prolog told late of a run that began without it. Told again, it changes nothing. */
  public void adopt(JobKey job, JobFacts told, List<HeldGpu> gpus) {
    Run run = accrual.runs().get(job);
    if (run != null && !run.holder().tells(told)) {
      run.holder().adopt(told, gpus);
      accrual.settlement().window().adopt(run.payer());
    }
  }

  /** A GPU that a run holds, of which no prolog told. Told again, it changes nothing. */
  public void hold(JobKey job, HeldGpu gpu) {
    Run run = accrual.runs().get(job);
    if (run != null && !run.holding().gpus().containsKey(gpu.device())) {
      run.holder().hold(gpu);
    }
  }

  /** Something that lives as long as a running job does is there now. */
  public void seen(JobKey job, long nowNanos) {
    Run run = accrual.runs().get(job);
    if (run != null) {
      run.seen(nowNanos);
    }
  }

  /**
   * Since when it is not known whether a run goes on: nothing later is attributed until it is, for
   * {@link #LONGEST_DOUBT} at most.
   *
   * @param nanos empty when all is known
   */
  public void doubtSince(OptionalLong nanos) {
    accrual.doubtSince(nanos);
  }

  /** A run ended, and no epilog told of it. Told again, it changes nothing. */
  public void end(JobKey job, long atNanos, EndFrom from) {
    accrual.end(job, new Run.End(atNanos, OptionalInt.empty(), from));
  }
}
