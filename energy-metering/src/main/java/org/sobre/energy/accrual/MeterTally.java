package org.sobre.energy.accrual;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.sobre.energy.attribution.Split;
import org.sobre.energy.ledger.BalanceLine.JobShare;
import org.sobre.energy.ledger.BalanceLine.MeterBalance;
import org.sobre.energy.ledger.BalanceLine.OutsideShare;
import org.sobre.energy.ledger.EnergyByQuality;
import org.sobre.energy.ledger.MeterId;
import org.sobre.energy.meter.MeteredInterval;

/**
 * What one meter saw since the last balance, and whose it was. The total is summed from the meter's
 * intervals, apart from the shares, so that a balance can be checked.
 */
record MeterTally(
    MeterId meter,
    String source,
    long observedNanos,
    EnergyByQuality total,
    EnergyByQuality platform,
    SortedMap<Integer, EnergyByQuality> outsideSlurm,
    SortedMap<Payer, Share> shares) {

  MeterTally {
    outsideSlurm = Collections.unmodifiableSortedMap(new TreeMap<>(outsideSlurm));
    shares = Collections.unmodifiableSortedMap(new TreeMap<>(shares));
  }

  static MeterTally empty(MeterId meter, String source) {
    return new MeterTally(
        meter,
        source,
        0,
        EnergyByQuality.NONE,
        EnergyByQuality.NONE,
        new TreeMap<>(),
        new TreeMap<>());
  }

  /**
   * @param toJobs of {@code split}, as shares
   */
  MeterTally plus(MeteredInterval interval, Map<Payer, Share> toJobs, Split split) {
    SortedMap<Payer, Share> sum = new TreeMap<>(shares);
    toJobs.forEach((payer, share) -> sum.merge(payer, share, Share::plus));
    SortedMap<Integer, EnergyByQuality> outside = new TreeMap<>(outsideSlurm);
    split
        .outsideSlurm()
        .forEach(
            (uid, energy) ->
                outside.merge(
                    uid, EnergyByQuality.of(interval.quality(), energy), EnergyByQuality::plus));
    return new MeterTally(
        meter,
        source,
        observedNanos + interval.nanos(),
        total.plus(EnergyByQuality.of(interval.quality(), interval.energy())),
        platform.plus(EnergyByQuality.of(interval.quality(), split.platform())),
        outside,
        sum);
  }

  /**
   * As a balance has it. Every joule has an owner here, so nothing is unknown; should the owners'
   * parts ever not sum to the total, the line shows it and the ledger's verification tells.
   *
   * @param fractions of the device, of those who did not have it whole
   */
  MeterBalance balance(Function<Payer, Optional<BigDecimal>> fractions) {
    List<JobShare> jobs = new ArrayList<>();
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
                    fractions.apply(payer))));
    return new MeterBalance(
        meter,
        source,
        Optional.empty(),
        millis(observedNanos),
        total,
        jobs,
        outsideSlurm.entrySet().stream()
            .map(share -> new OutsideShare(share.getKey(), share.getValue()))
            .toList(),
        platform,
        EnergyByQuality.NONE);
  }

  static MeterTally of(MeterBalance balance) {
    SortedMap<Payer, Share> shares = new TreeMap<>();
    for (JobShare job : balance.jobs()) {
      shares.put(Payer.of(job), new Share(job.energy(), job.idle(), nanos(job.observedMillis())));
    }
    SortedMap<Integer, EnergyByQuality> outside = new TreeMap<>();
    balance
        .outsideSlurm()
        .forEach(share -> outside.merge(share.uid(), share.energy(), EnergyByQuality::plus));
    return new MeterTally(
        balance.meter(),
        balance.source(),
        nanos(balance.observedMillis()),
        balance.total(),
        balance.platform(),
        outside,
        shares);
  }

  /** Rounded down: what is written as seen was seen. */
  static long millis(long nanos) {
    return TimeUnit.NANOSECONDS.toMillis(nanos);
  }

  static long nanos(long millis) {
    return TimeUnit.MILLISECONDS.toNanos(millis);
  }
}
