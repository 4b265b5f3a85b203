package org.sobre.energy.accrual;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import org.sobre.energy.attribution.CpuUse;
import org.sobre.energy.attribution.Presence;
import org.sobre.energy.ledger.JobLine.BeginFrom;
import org.sobre.energy.ledger.JobLine.Declared;
import org.sobre.energy.ledger.JobLine.EndFrom;
import org.sobre.energy.ledger.JobLine.HeldGpu;
import org.sobre.energy.meter.MeterStatus;
import org.sobre.energy.meter.MeteredInterval;
import org.sobre.energy.meter.MetersConfig;
import org.sobre.slurm.job.JobFacts;
import org.sobre.slurm.job.JobKey;
import org.sobre.slurm.job.SpoolRecord;

/**
 * The running state. Energy is attributed a lag behind now ({@link MetersConfig#lag()}), so that
 * the begin or end of a job that is found a little late still cuts at its own time; a mark that
 * comes even later is moved to where attribution stands, and the job's observed time shows the
 * loss. Used by one thread.
 */
public final class Accrual {

  /** Of the wall clock: no clock that a time service slews runs away so far between two cuts. */
  private static final Duration LEAP = Duration.ofSeconds(10);

  private final MetersConfig config;
  private final EndedRuns ended = new EndedRuns();
  private final AttributionLag lag;
  private OptionalInt nodeCpus = OptionalInt.empty();
  private OpenBooks books;

  private Accrual(MetersConfig config, OpenBooks books) {
    this.config = config;
    this.lag = new AttributionLag(config.lag());
    this.books = books;
  }

  /** A boot of which nothing is known. */
  public static Accrual fresh(
      NodeIdentity identity, MetersConfig config, long nowNanos, Instant wall) {
    return new Accrual(config, OpenBooks.fresh(identity, config, nowNanos, wall));
  }

  /** The same boot, taken up where a daemon before left it; the time between stays unseen. */
  public static Accrual resume(Checkpoint checkpoint, MetersConfig config) {
    Accrual accrual = new Accrual(config, OpenBooks.resumed(checkpoint, config));
    accrual.ended.takeUp(checkpoint);
    return accrual;
  }

  /**
   * The wall clock as it is now, told before anything of now. If it has leapt, what is not in the
   * ledger yet is labelled anew; where something is, a balance is cut at the leap.
   *
   * @param unset whether there is reason to think that it is wrong
   */
  public void clock(long nowNanos, Instant wall, boolean unset) {
    followClock(nowNanos, wall);
    if (closing().isClockUnset() && !unset && books.nothingIsWritten()) {
      relabel(new Relabelling(Duration.ZERO, /* clockUnset= */ false));
    }
    closing().clockUnset(unset);
  }

  void followClock(long nowNanos, Instant wall) {
    Duration by = settlement().window().clockSetSince(nowNanos, wall);
    if (by.abs().compareTo(LEAP) < 0) {
      return;
    }
    if (books.nothingIsWritten()) {
      relabel(new Relabelling(by, closing().isClockUnset()));
    } else {
      closing().clockWasSet(by, lag.dueUntil(nowNanos), nowNanos, wall);
    }
  }

  private void relabel(Relabelling relabelling) {
    books = OpenBooks.resumed(relabelling.of(checkpoint()), config);
    nodeCpus.ifPresent(settlement()::nodeCpus);
  }

  /** Logical processors of the node, from its document. */
  public void nodeCpus(int cpus) {
    nodeCpus = OptionalInt.of(cpus);
    settlement().nodeCpus(cpus);
  }

  /** The ledger is open: the line of ordinal n has seq base + n. */
  public void seqBase(long base) {
    sealed().seqBase(base);
  }

  /**
   * A job began. Told again, it changes nothing.
   *
   * @param gpus the devices it holds
   */
  public void begin(SpoolRecord.Begin begin, List<HeldGpu> gpus, long nowNanos, Instant wall) {
    followClock(nowNanos, wall);
    if (!knows(begin.key())) {
      long mark = Math.min(begin.uptimeNanos(), nowNanos);
      Instant at = wallAt(mark, nowNanos, wall);
      long known = settlement().nanos();
      runs().add(new Run(begin.facts(), at, mark, known, gpus, BeginFrom.PROLOG, Optional.empty()));
    }
  }

  /** Runs of Slurm of which the hooks told not all. */
  public UntoldRuns untold() {
    return new UntoldRuns(this);
  }

  /** Runs of Slurm that have ended, for what may be left of them. */
  public EndedRuns ended() {
    return ended;
  }

  Runs runs() {
    return books.runs();
  }

  Settlement settlement() {
    return books.settlement();
  }

  SealedLines sealed() {
    return books.sealed();
  }

  private Closing closing() {
    return books.closing();
  }

  void doubtSince(OptionalLong nanos) {
    lag.doubtSince(nanos);
  }

  /**
   * A run of a machine without Slurm began. Told again, it changes nothing.
   *
   * @param atNanos not later than now
   * @param gpus the devices it may use
   */
  public void beginStationRun(
      JobFacts facts,
      WrapperProcess wrapper,
      long atNanos,
      List<HeldGpu> gpus,
      long nowNanos,
      Instant wall) {
    followClock(nowNanos, wall);
    if (!knows(facts.key())) {
      Instant at = wallAt(atNanos, nowNanos, wall);
      long known = settlement().nanos();
      runs().add(new Run(facts, at, atNanos, known, gpus, BeginFrom.WRAPPER, Optional.of(wrapper)));
    }
  }

  /** A job ended, not later than now. Told again, it changes nothing. */
  public void end(SpoolRecord.End end, long nowNanos) {
    long mark = Math.min(end.uptimeNanos(), nowNanos);
    end(end.key(), new Run.End(mark, end.waitStatus(), EndFrom.EPILOG));
  }

  /**
   * A run of a machine without Slurm ended. Told again, it changes nothing.
   *
   * @param atNanos not later than now
   * @param waitStatus as wait(2) gives it; absent where nobody told
   */
  public void endStationRun(JobKey job, long atNanos, OptionalInt waitStatus) {
    EndFrom from = waitStatus.isPresent() ? EndFrom.WRAPPER : EndFrom.PROCESS;
    end(job, new Run.End(atNanos, waitStatus, from));
  }

  /** Where attribution stands, on the node's uptime clock. */
  long settledNanos() {
    return settlement().nanos();
  }

  /** What the meters are later says nothing of it: its line may wait for days. */
  void end(JobKey job, Run.End end) {
    Run run = runs().get(job);
    if (run != null && !run.hasEnded()) {
      settlement().expected().forEach(run::expect);
      long earliest = run.earliestEnd(settlement().nanos());
      run.end(new Run.End(Math.max(end.nanos(), earliest), end.waitStatus(), end.from()));
    }
  }

  /** Whose processes are on GPUs, or were within {@link #presencesFor()}. */
  public void presences(List<Presence> seen) {
    settlement().presences(seen);
  }

  /** For how long after its end a presence may still tell whose energy was. */
  public Duration presencesFor() {
    return config.lag().multipliedBy(2).plus(UntoldRuns.LONGEST_DOUBT);
  }

  /** Who has begun and is not sealed. */
  public List<RunningJob> running() {
    return runs().all().stream().map(Run::view).toList();
  }

  /** Whether a job runs here, or has ended and its line is not known to be in the ledger. */
  public boolean knows(JobKey job) {
    return runs().contains(job) || sealed().closes(job);
  }

  /** Whether its end is known, and its line is not known to be in the ledger. */
  public boolean hasEnded(JobKey job) {
    Run run = runs().get(job);
    return run == null ? sealed().closes(job) : run.hasEnded();
  }

  /**
   * Whether one more may begin. Not while the lines that wait for the ledger are at their bound and
   * {@link Runs#MOST_ENDED} runs have ended behind them: each has some 10 KiB of the heap.
   */
  public boolean hasRoom() {
    return !sealed().isFull() || !runs().haveManyEnded();
  }

  /** When those ended whose lines are sealed and not known to be in the ledger. */
  public SortedMap<JobKey, Long> sealedEnds() {
    return sealed().ends();
  }

  /** What a running job says of itself; the last word counts. */
  public void declare(JobKey job, Declared words) {
    Run run = runs().get(job);
    if (run != null && run.facts().uid() == words.byUid()) {
      run.declare(words);
    }
  }

  /** The owner's further words: what they leave out stays as it was. */
  public void amend(JobKey job, Declared words) {
    Run run = runs().get(job);
    if (run != null && run.facts().uid() == words.byUid()) {
      run.amend(words);
    }
  }

  /** What the meters saw since the last call, and how they are. */
  public void observe(List<MeterStatus> meters, List<MeteredInterval> intervals) {
    settlement().observe(meters, intervals);
  }

  /** What the processors did since the last call. */
  public void observe(CpuUse use) {
    settlement().cpus().add(use);
  }

  /** Attributes what is old enough, cuts the balances and seals the jobs that are due. */
  public void advance(long nowNanos, Instant wall) {
    followClock(nowNanos, wall);
    closing().settle(lag.dueUntil(nowNanos), nowNanos, wall);
  }

  /**
   * The daemon stops: everything seen is attributed, the balance is cut here. Where it is in doubt
   * whether a run goes on, at the doubt: the rest stays in the checkpoint, for the next daemon.
   */
  public void close(long nowNanos, Instant wall) {
    followClock(nowNanos, wall);
    long until = Math.max(lag.withoutDoubt(nowNanos), settlement().nanos());
    closing().settle(until, nowNanos, wall);
    closing().cut(until, wallAt(until, nowNanos, wall));
  }

  /** NVIDIA cards whose energy counter is not used any more in this boot. */
  public Set<String> distrusted() {
    return Set.copyOf(settlement().distrusted());
  }

  /** Sealed and not yet known to be written, by ordinal. */
  public List<PendingLine> pending() {
    return sealed().pending();
  }

  /** The lines up to this ordinal are in the ledger, and their spool files are gone. */
  public void written(long ordinal) {
    sealed().written(ordinal);
  }

  /** The state, as the lines it would become. */
  public Checkpoint checkpoint() {
    return books.checkpoint(ended.all());
  }

  /** The running jobs as they stand now, with what is not settled yet. */
  public JobViews views(long nowNanos) {
    return views(checkpoint(), nowNanos);
  }

  /**
   * @param checkpoint of now
   */
  public JobViews views(Checkpoint checkpoint, long nowNanos) {
    return new JobViews(
        checkpoint, settlement().holdings(), nowNanos, config.longestInterval().toNanos());
  }

  static Instant wallAt(long nanos, long nowNanos, Instant wall) {
    return wall.minusNanos(nowNanos - nanos).truncatedTo(ChronoUnit.MILLIS);
  }
}
