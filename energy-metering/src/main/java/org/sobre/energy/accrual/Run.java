package org.sobre.energy.accrual;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.sobre.energy.attribution.Holding;
import org.sobre.energy.ledger.JobLine;
import org.sobre.energy.ledger.JobLine.BeginFrom;
import org.sobre.energy.ledger.JobLine.Declared;
import org.sobre.energy.ledger.JobLine.EndFrom;
import org.sobre.energy.ledger.JobLine.Held;
import org.sobre.energy.ledger.JobLine.HeldGpu;
import org.sobre.energy.ledger.JobLine.PartEnergy;
import org.sobre.energy.ledger.LineHeader;
import org.sobre.energy.ledger.MeterId;
import org.sobre.energy.meter.MeteredInterval;
import org.sobre.slurm.job.JobFacts;
import org.sobre.slurm.job.JobKey;

/** A job that runs here, or has ended and is not sealed yet. */
final class Run {

  /**
   * @param nanos of the node's uptime clock
   * @param from how it is known
   */
  record End(long nanos, OptionalInt waitStatus, EndFrom from) {}

  private final Holder holder;
  private final long knownFromNanos;
  private final BeginFrom beginFrom;
  private final Optional<WrapperProcess> wrapper;
  private final SeenParts seen = new SeenParts();
  private PowerCourse power = new PowerCourse();
  private final Portion portion = new Portion();
  private Optional<End> end = Optional.empty();
  private Optional<Declared> declared = Optional.empty();
  private OptionalLong seenNanos = OptionalLong.empty();
  private OptionalLong firstBalance = OptionalLong.empty();
  private OptionalLong lastBalance = OptionalLong.empty();

  /**
   * @param begin on the wall clock, taken once: it is part of the run's name
   * @param beginNanos of the node's uptime clock
   * @param knownFromNanos where attribution stood when it became known
   * @param gpus the devices behind the positions that the prolog told, or that the wrapper may use
   * @param beginFrom how the begin is known
   * @param wrapper whose run it is on a machine without Slurm; absent for a job of Slurm
   */
  Run(
      JobFacts facts,
      Instant begin,
      long beginNanos,
      long knownFromNanos,
      List<HeldGpu> gpus,
      BeginFrom beginFrom,
      Optional<WrapperProcess> wrapper) {
    this.holder = new Holder(facts, begin, beginNanos, gpus, /* exclusive= */ wrapper.isEmpty());
    this.knownFromNanos = knownFromNanos;
    this.beginFrom = beginFrom;
    this.wrapper = wrapper;
  }

  /**
   * Takes a run up again from the line it would have had.
   *
   * @param settledNanos until when the line tells of it, if it has not ended
   */
  static Run resumed(Checkpoint.RunMark mark, long settledNanos) {
    JobLine line = mark.line();
    long begin = mark.beginNanos();
    Run run =
        new Run(
            line.facts(),
            line.begin(),
            begin,
            begin,
            line.held().gpus(),
            line.beginFrom(),
            mark.wrapper());
    run.seen.takeUp(line, mark.load());
    long until = mark.endNanos().orElse(settledNanos);
    long elapsed = Math.max(0, until - mark.beginNanos());
    run.holder.takeUp(line.held().gpus(), elapsed);
    run.power =
        PowerCourse.of(
            line.powerProfile(),
            mark.power(),
            line.energy(),
            elapsed,
            Math.min(until, settledNanos) - begin);
    mark.endNanos().ifPresent(at -> run.end(new End(at, mark.waitStatus(), line.endFrom())));
    run.declared = line.declared();
    run.seenNanos = mark.seenNanos();
    run.firstBalance = line.firstBalance();
    run.lastBalance = line.lastBalance();
    return run;
  }

  JobKey key() {
    return holder.facts().key();
  }

  JobFacts facts() {
    return holder.facts();
  }

  Holder holder() {
    return holder;
  }

  long beginNanos() {
    return holder.beginNanos();
  }

  Payer payer() {
    return holder.payer();
  }

  /** Of the node's uptime clock; after all others while it runs. */
  long endNanos() {
    // Asked of each run for each interval: nothing is boxed for it.
    return end.isPresent() ? end.get().nanos() : Long.MAX_VALUE;
  }

  /**
   * The earliest end it may have: what it was given is not taken back. Of one that had ended before
   * it became known nothing was given, however far attribution had come.
   *
   * @param settledNanos where attribution stands
   */
  long earliestEnd(long settledNanos) {
    return settledNanos > knownFromNanos ? settledNanos : beginNanos();
  }

  /**
   * Until when it is known to have run.
   *
   * @param settledNanos where attribution stands
   */
  long lastNanos(long settledNanos) {
    return end.map(End::nanos).orElse(Math.max(settledNanos, beginNanos()));
  }

  /**
   * As a checkpoint has it.
   *
   * @param line the one it would have
   */
  Checkpoint.RunMark mark(JobLine line) {
    return new Checkpoint.RunMark(
        line,
        beginNanos(),
        endMark(),
        end.map(End::waitStatus).orElse(OptionalInt.empty()),
        wrapper,
        seen.load(),
        power.sums(TimeUnit.MILLISECONDS.toNanos(line.elapsedMillis())),
        seenNanos);
  }

  Holding holding() {
    return holder.holding();
  }

  private OptionalLong endMark() {
    return end.isPresent() ? OptionalLong.of(end.get().nanos()) : OptionalLong.empty();
  }

  RunningJob view() {
    return new RunningJob(
        facts(), holder.nominal(), wrapper, endMark(), beginFrom, beginNanos(), seenNanos);
  }

  /** Something that lives as long as the job does was there then. */
  void seen(long nanos) {
    seenNanos = OptionalLong.of(nanos);
  }

  boolean hasEnded() {
    return end.isPresent();
  }

  /** What it has of the interval that is being attributed. */
  Portion portion() {
    return portion;
  }

  /** Adds its portion of an interval to what was seen of it, and to its share of the balance. */
  void book(MeteredInterval interval, MeterTally balance) {
    if (!portion.isNothing()) {
      seen.add(interval, portion, holder.isExclusive(), balance.share(payer()));
      seen.check(interval, portion);
      power.add(
          interval.meter(),
          interval.quality(),
          interval.fromNanos() - beginNanos(),
          Math.min(interval.toNanos(), endNanos()) - beginNanos(),
          portion.microjoules());
      portion.clear();
    }
  }

  /** An end before the begin is one at the begin: the hooks' clock has hundredths of a second. */
  void end(End mark) {
    if (end.isEmpty()) {
      long nanos = Math.max(mark.nanos(), beginNanos());
      end = Optional.of(new End(nanos, mark.waitStatus(), mark.from()));
      holder.endsAt(nanos);
    }
  }

  void declare(Declared words) {
    declared = Optional.of(words);
  }

  void amend(Declared words) {
    declared = Optional.of(declared.map(words::over).orElse(words));
  }

  void miss(MeterId meter, String reason) {
    seen.miss(meter, reason);
  }

  /** The node has this meter: if it saw nothing of what this run has, the line says so. */
  void expect(MeterId meter) {
    if (holder.isSureOf(meter)) {
      seen.expect(meter);
    }
  }

  /** A balance with a share of this run got this seq. */
  void balanced(long seq) {
    firstBalance = firstBalance.isPresent() ? firstBalance : OptionalLong.of(seq);
    lastBalance = OptionalLong.of(seq);
  }

  /**
   * Energy by meter: what was seen, and every meter that was not, with its reason.
   *
   * @param gapNanos a meter unseen for longer has its reason told, if one is known
   */
  List<PartEnergy> parts(long elapsedNanos, long gapNanos) {
    return seen.parts(holder.boards(), elapsedNanos, gapNanos);
  }

  /** As {@link #line}, for the job itself; of its power until it was seen last. */
  JobView.Details details(long elapsedNanos) {
    return new JobView.Details(
        facts(),
        holder.begin(),
        holder.held(elapsedNanos),
        seen.use(),
        power.asLine(Math.min(elapsedNanos, power.seenUntilNanos())));
  }

  /**
   * The job line, if the run ended now.
   *
   * @param endAt on the wall; not before the begin, whatever was done to that clock meanwhile
   * @param endNanos of the node's uptime clock
   * @param endFrom where the run has no end yet
   */
  JobLine line(
      LineHeader header,
      boolean recovered,
      Instant endAt,
      long endNanos,
      EndFrom endFrom,
      long gapNanos) {
    long elapsedNanos = Math.max(0, endNanos - beginNanos());
    Instant begin = holder.begin();
    return new JobLine(
        header,
        recovered,
        facts(),
        begin,
        endAt.isBefore(begin) ? begin : endAt,
        beginFrom,
        end.map(End::from).orElse(endFrom),
        end.map(End::waitStatus).orElse(OptionalInt.empty()),
        MeterTally.millis(elapsedNanos),
        new Held(facts().cpus(), OptionalLong.empty(), holder.held(elapsedNanos)),
        parts(elapsedNanos, gapNanos),
        seen.use(),
        seen.counterChecks(),
        power.asLine(elapsedNanos),
        declared,
        firstBalance,
        lastBalance);
  }
}
