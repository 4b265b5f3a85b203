package org.sobre.energy.accrual;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.sobre.energy.ledger.BalanceLine.JobShare;
import org.sobre.energy.ledger.BalanceLine.MeterBalance;
import org.sobre.energy.ledger.BalanceLine.OutsideShare;
import org.sobre.energy.ledger.EnergyByQuality;
import org.sobre.energy.ledger.MeterId;
import org.sobre.energy.ledger.Quality;
import org.sobre.energy.meter.MeteredInterval;

/**
 * What one meter saw since the last balance, and whose it was. The total is summed from the meter's
 * intervals, apart from the shares, so that a balance can be checked.
 */
final class MeterTally {

  private final MeterId meter;
  private String source;
  private Optional<MeterId> within = Optional.empty();
  private long observedNanos;
  private final EnergySum total = new EnergySum();
  private final EnergySum platform = new EnergySum();
  private final SortedMap<Integer, EnergySum> outsideSlurm = new TreeMap<>();
  private final SortedMap<Payer, Share> shares = new TreeMap<>();

  MeterTally(MeterId meter, String source) {
    this.meter = meter;
    this.source = source;
  }

  MeterId meter() {
    return meter;
  }

  /**
   * The meter saw this; whose it was is told by the others.
   *
   * @param how it was read: a balance names the last source of its time, and its qualities tell how
   *     much was how
   * @param inside the meter that contains it, as far as known
   */
  void see(MeteredInterval interval, String how, Optional<MeterId> inside) {
    source = how;
    within = inside.isPresent() ? inside : within;
    observedNanos += interval.nanos();
    total.add(interval.quality(), interval.energy().microjoules());
  }

  /** Of a run, to be added to. */
  Share share(Payer payer) {
    return shares.computeIfAbsent(payer, any -> new Share());
  }

  void addOutsideSlurm(int uid, Quality quality, long microjoules) {
    outsideSlurm.computeIfAbsent(uid, any -> new EnergySum()).add(quality, microjoules);
  }

  void addPlatform(Quality quality, long microjoules) {
    platform.add(quality, microjoules);
  }

  /** Of a run of which more is known now: the same payer, with other facts. */
  void adopt(Payer payer) {
    Share share = shares.remove(payer);
    if (share != null) {
      shares.put(payer, share);
    }
  }

  boolean hasShareOf(Payer payer) {
    return shares.containsKey(payer);
  }

  /** Of all but these. */
  int sharesBeside(Collection<Payer> those) {
    return shares.size() - Math.toIntExact(those.stream().filter(this::hasShareOf).count());
  }

  /**
   * As a balance has it. Every joule has an owner here, so nothing is unknown; should the owners'
   * parts ever not sum to the total, the line shows it and the ledger's verification tells.
   *
   * @param fractions of the device, of those who did not have it whole
   */
  MeterBalance balance(Function<Payer, Optional<BigDecimal>> fractions) {
    List<JobShare> jobs = new ArrayList<>(shares.size());
    shares.forEach(
        (payer, share) ->
            jobs.add(
                new JobShare(
                    payer.job(),
                    payer.begin(),
                    payer.account(),
                    payer.uid(),
                    share.energy(),
                    share.idle(),
                    millis(share.observedNanos()),
                    fractions.apply(payer),
                    share.basis())));
    return new MeterBalance(
        meter,
        source,
        within,
        millis(observedNanos),
        total.asLine(),
        jobs,
        outsideSlurm.entrySet().stream()
            .map(share -> new OutsideShare(share.getKey(), share.getValue().asLine()))
            .toList(),
        platform.asLine(),
        EnergyByQuality.NONE);
  }

  static MeterTally of(MeterBalance balance) {
    MeterTally tally = new MeterTally(balance.meter(), balance.source());
    tally.within = balance.within();
    tally.observedNanos = nanos(balance.observedMillis());
    tally.total.add(balance.total());
    tally.platform.add(balance.platform());
    for (JobShare job : balance.jobs()) {
      Share share = Share.of(job.energy(), job.idle(), job.basis(), job.observedMillis());
      tally.shares.put(Payer.of(job), share);
    }
    for (OutsideShare outside : balance.outsideSlurm()) {
      tally
          .outsideSlurm
          .computeIfAbsent(outside.uid(), any -> new EnergySum())
          .add(outside.energy());
    }
    return tally;
  }

  /** Rounded down: what is written as seen was seen. */
  static long millis(long nanos) {
    return TimeUnit.NANOSECONDS.toMillis(nanos);
  }

  static long nanos(long millis) {
    return TimeUnit.MILLISECONDS.toNanos(millis);
  }
}
