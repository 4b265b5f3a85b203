package org.sobre.energy.accrual;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.sobre.energy.attribution.BoardTime;
import org.sobre.energy.attribution.Holding;
import org.sobre.energy.ledger.JobLine.HeldGpu;
import org.sobre.energy.ledger.MeterId;
import org.sobre.energy.ledger.Part;
import org.sobre.slurm.job.JobFacts;
import org.sobre.slurm.job.JobKey;

/** Who a run is, and what it holds from its begin on: as attribution and balances ask for it. */
final class Holder {

  private final JobKey key;
  private final Instant begin;
  private final long beginNanos;
  private final boolean exclusive;
  private JobFacts facts;
  private HeldBoards gpus;
  private Payer payer;
  private Holding holding;

  /**
   * @param begin on the wall clock, taken once: it is part of the run's name
   * @param beginNanos of the node's uptime clock
   * @param exclusive whether its GPUs are its own, as Slurm gives them
   */
  Holder(JobFacts facts, Instant begin, long beginNanos, List<HeldGpu> gpus, boolean exclusive) {
    this.key = facts.key();
    this.begin = begin;
    this.beginNanos = beginNanos;
    this.exclusive = exclusive;
    this.facts = facts;
    this.gpus = new HeldBoards(gpus);
    this.payer = new Payer(key, begin, facts.account(), facts.uid());
    this.holding = holding(OptionalLong.empty());
  }

  private Holding holding(OptionalLong toNanos) {
    return new Holding(key, beginNanos, toNanos, gpus.byBoard(), facts.cpus(), exclusive);
  }

  /** Of a run that is taken up from a line; see {@link HeldBoards#takeUp}. */
  void takeUp(List<HeldGpu> ofLine, long elapsedNanos) {
    gpus.takeUp(ofLine, elapsedNanos);
  }

  JobFacts facts() {
    return facts;
  }

  Instant begin() {
    return begin;
  }

  long beginNanos() {
    return beginNanos;
  }

  boolean isExclusive() {
    return exclusive;
  }

  Payer payer() {
    return payer;
  }

  Holding holding() {
    return holding;
  }

  /**
   * @param nanos of the node's uptime clock
   */
  void endsAt(long nanos) {
    holding = holding(OptionalLong.of(nanos));
  }

  /**
   * What a hook told late, of a run that began without it. The run stays what it is: its begin
   * names it, and balances may have that already.
   */
  void adopt(JobFacts told, List<HeldGpu> toldGpus) {
    facts = told.withKey(key);
    payer = new Payer(key, begin, facts.account(), facts.uid());
    replace(toldGpus);
  }

  /** Whether it has these facts already, but for the key and the positions. */
  boolean tells(JobFacts told) {
    JobFacts same = told.withKey(key);
    return facts.equals(same) || facts.equals(same.withoutPositions());
  }

  /** One more GPU than was known: it held it since its begin. */
  void hold(HeldGpu gpu) {
    List<HeldGpu> all = new ArrayList<>(gpus.nominal());
    all.add(gpu);
    replace(all);
  }

  private void replace(List<HeldGpu> others) {
    gpus = gpus.replacedBy(others);
    holding = holding(holding.toNanos());
  }

  /** More time of a board that it held, and how much of that was its own. */
  void add(String board, BoardTime time) {
    gpus.add(board, time);
  }

  /** The GPUs as they were given, before anybody shared them. */
  List<HeldGpu> nominal() {
    return gpus.nominal();
  }

  /**
   * The GPUs, those of its own with the fractions that it really had.
   *
   * @param elapsedNanos from the begin
   */
  List<HeldGpu> held(long elapsedNanos) {
    return exclusive ? gpus.shared(elapsedNanos) : gpus.nominal();
  }

  Set<String> boards() {
    return gpus.byBoard().keySet();
  }

  /** Whether a meter measures something that it holds. */
  boolean isMeteredBy(MeterId meter) {
    return meter.part() == Part.GPU
        ? gpus.byBoard().containsKey(meter.device())
        : meter.part() != Part.NODE;
  }

  /**
   * Whether it surely holds what a meter measures. A job of Slurm has processors, whether or not
   * anybody told how many.
   */
  boolean isSureOf(MeterId meter) {
    return isMeteredBy(meter) && (meter.part() == Part.GPU || facts.cpus() > 0 || exclusive);
  }
}
