package org.sobre.energy.accrual;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.sobre.energy.attribution.BoardTime;
import org.sobre.energy.attribution.Holding;
import org.sobre.energy.attribution.Split;
import org.sobre.energy.ledger.JobLine;
import org.sobre.energy.ledger.JobLine.BeginFrom;
import org.sobre.energy.ledger.JobLine.Declared;
import org.sobre.energy.ledger.JobLine.EndFrom;
import org.sobre.energy.ledger.JobLine.Held;
import org.sobre.energy.ledger.JobLine.HeldGpu;
import org.sobre.energy.ledger.JobLine.PartEnergy;
import org.sobre.energy.ledger.LineHeader;
import org.sobre.energy.ledger.MeterId;
import org.sobre.energy.ledger.Part;
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

  private final JobFacts facts;
  private final Instant begin;
  private final long beginNanos;
  private final HeldBoards gpus;
  private final Optional<WrapperProcess> wrapper;
  private final Payer payer;
  private Holding holding;
  private final SeenParts seen = new SeenParts();
  private Optional<End> end = Optional.empty();
  private Optional<Declared> declared = Optional.empty();
  private OptionalLong firstBalance = OptionalLong.empty();
  private OptionalLong lastBalance = OptionalLong.empty();

  /**
   * @param begin on the wall clock, taken once: it is part of the run's name
   * @param beginNanos of the node's uptime clock
   * @param gpus the devices behind the positions that the prolog told, or that the wrapper may use
   * @param wrapper whose run it is on a machine without Slurm; absent for a job of Slurm
   */
  Run(
      JobFacts facts,
      Instant begin,
      long beginNanos,
      List<HeldGpu> gpus,
      Optional<WrapperProcess> wrapper) {
    this.facts = facts;
    this.begin = begin;
    this.beginNanos = beginNanos;
    this.gpus = new HeldBoards(gpus);
    this.wrapper = wrapper;
    this.payer = new Payer(facts.key(), begin, facts.account(), facts.uid());
    this.holding = holding(OptionalLong.empty());
  }

  /**
   * Takes a run up again from the line it would have had.
   *
   * @param settledNanos until when the line tells of it, if it has not ended
   */
  static Run resumed(Checkpoint.RunMark mark, long settledNanos) {
    JobLine line = mark.line();
    Run run =
        new Run(line.facts(), line.begin(), mark.beginNanos(), line.held().gpus(), mark.wrapper());
    run.seen.takeUp(line);
    long until = mark.endNanos().orElse(settledNanos);
    run.gpus.takeUp(line.held().gpus(), Math.max(0, until - mark.beginNanos()));
    mark.endNanos().ifPresent(at -> run.end(new End(at, mark.waitStatus(), line.endFrom())));
    run.declared = line.declared();
    run.firstBalance = line.firstBalance();
    run.lastBalance = line.lastBalance();
    return run;
  }

  JobKey key() {
    return facts.key();
  }

  JobFacts facts() {
    return facts;
  }

  long beginNanos() {
    return beginNanos;
  }

  Payer payer() {
    return payer;
  }

  /** Of the node's uptime clock; after all others while it runs. */
  long endNanos() {
    return end.map(End::nanos).orElse(Long.MAX_VALUE);
  }

  /**
   * Until when it is known to have run.
   *
   * @param settledNanos where attribution stands
   */
  long lastNanos(long settledNanos) {
    return end.map(End::nanos).orElse(Math.max(settledNanos, beginNanos));
  }

  /**
   * As a checkpoint has it.
   *
   * @param line the one it would have
   */
  Checkpoint.RunMark mark(JobLine line) {
    return new Checkpoint.RunMark(
        line,
        beginNanos,
        end.isPresent() ? OptionalLong.of(end.get().nanos()) : OptionalLong.empty(),
        end.map(End::waitStatus).orElse(OptionalInt.empty()),
        wrapper);
  }

  Holding holding() {
    return holding;
  }

  private Holding holding(OptionalLong toNanos) {
    return new Holding(
        facts.key(),
        beginNanos,
        toNanos,
        gpus.byBoard(),
        facts.cpus(),
        /* exclusive= */ isOfSlurm());
  }

  private boolean isOfSlurm() {
    return wrapper.isEmpty();
  }

  RunningJob view() {
    return new RunningJob(facts, gpus.nominal(), wrapper, end.isPresent());
  }

  /**
   * What a meter saw of it.
   *
   * @return its share
   */
  Share add(MeteredInterval interval, Split.Portion portion) {
    // Of a board that it has a part of, nobody can tell whose the load was.
    boolean alone = portion.ownNanos() == portion.heldNanos();
    Share share = Share.of(portion, interval, /* loadIsItsOwn= */ alone || !isOfSlurm());
    // The load of a GPU that only others used is not this run's use of it.
    boolean used = isOfSlurm() ? alone : !share.energy().isZero();
    seen.add(interval, share, used);
    return share;
  }

  /** More time of a board that it held, and how much of that was its own. */
  void add(String board, BoardTime time) {
    gpus.add(board, time);
  }

  /** An end before the begin is one at the begin: the hooks' clock has hundredths of a second. */
  void end(End mark) {
    if (end.isEmpty()) {
      long nanos = Math.max(mark.nanos(), beginNanos);
      end = Optional.of(new End(nanos, mark.waitStatus(), mark.from()));
      holding = holding(OptionalLong.of(nanos));
    }
  }

  void declare(Declared words) {
    declared = Optional.of(words);
  }

  void miss(MeterId meter, String reason) {
    seen.miss(meter, reason);
  }

  /** The node has this meter: if it saw nothing of this run, the line says so. */
  void expect(MeterId meter) {
    if (isMeteredBy(meter) && (meter.part() == Part.GPU || facts.cpus() > 0)) {
      seen.expect(meter);
    }
  }

  /** A balance with a share of this run got this seq. */
  void balanced(long seq) {
    firstBalance = firstBalance.isPresent() ? firstBalance : OptionalLong.of(seq);
    lastBalance = OptionalLong.of(seq);
  }

  /** Whether a meter measures something that this job holds. */
  boolean isMeteredBy(MeterId meter) {
    return meter.part() == Part.GPU
        ? gpus.byBoard().containsKey(meter.device())
        : meter.part() != Part.NODE;
  }

  /**
   * Energy by meter: what was seen, and every meter that was not, with its reason.
   *
   * @param gapNanos a meter unseen for longer has its reason told, if one is known
   */
  List<PartEnergy> parts(long elapsedNanos, long gapNanos) {
    return seen.parts(gpus.byBoard().keySet(), elapsedNanos, gapNanos);
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
    long elapsedNanos = Math.max(0, endNanos - beginNanos);
    return new JobLine(
        header,
        recovered,
        facts,
        begin,
        endAt.isBefore(begin) ? begin : endAt,
        wrapper.isPresent() ? BeginFrom.WRAPPER : BeginFrom.PROLOG,
        end.map(End::from).orElse(endFrom),
        end.map(End::waitStatus).orElse(OptionalInt.empty()),
        MeterTally.millis(elapsedNanos),
        new Held(
            facts.cpus(),
            OptionalLong.empty(),
            isOfSlurm() ? gpus.shared(elapsedNanos) : gpus.nominal()),
        parts(elapsedNanos, gapNanos),
        seen.use(),
        declared,
        firstBalance,
        lastBalance);
  }
}
