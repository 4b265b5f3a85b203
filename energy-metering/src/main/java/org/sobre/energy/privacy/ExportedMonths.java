package org.sobre.energy.privacy;

import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.sobre.energy.ledger.BalanceLine;
import org.sobre.energy.ledger.EnergyByQuality;
import org.sobre.energy.ledger.JobLine;
import org.sobre.energy.ledger.LedgerLine;
import org.sobre.energy.ledger.MeterId;
import org.sobre.energy.ledger.RunKey;
import org.sobre.hardware.units.Energy;

/**
 * Which lines of one boot are of the months that are wanted: a balance by its begin, a job by its
 * end. Of a job that ran before them too the line has the energy of these months alone, so that it
 * still is the sum of its shares.
 */
final class ExportedMonths {

  /** What of a run on one meter was left out. */
  private static final class Left {
    EnergyByQuality energy = EnergyByQuality.NONE;
    long idleMicrojoules;
    long observedMillis;
    long staticMicrojoules;
    long cpuTimeMicrojoules;
  }

  private final Optional<YearMonth> since;
  private final Optional<YearMonth> until;
  private final Map<RunKey, Map<MeterId, Left>> before = new HashMap<>();

  /**
   * @param until the last month, absent: no end
   */
  ExportedMonths(Optional<YearMonth> since, Optional<YearMonth> until) {
    this.since = since;
    this.until = until;
  }

  /** The line, or what of it is of these months; the lines of the boot come in their order. */
  Optional<LedgerLine> of(LedgerLine line) {
    if (line instanceof BalanceLine balance) {
      YearMonth month = month(balance.from());
      if (since.isPresent() && month.isBefore(since.get())) {
        leave(balance);
        return Optional.empty();
      }
      return Optional.<LedgerLine>of(balance).filter(any -> isIn(month));
    }
    if (line instanceof JobLine job) {
      return Optional.of(job).filter(any -> isIn(month(job.end()))).map(this::within);
    }
    return Optional.empty();
  }

  private boolean isIn(YearMonth month) {
    return since.filter(month::isBefore).isEmpty() && until.filter(month::isAfter).isEmpty();
  }

  private static YearMonth month(Instant at) {
    return YearMonth.from(at.atOffset(ZoneOffset.UTC));
  }

  private void leave(BalanceLine line) {
    for (BalanceLine.MeterBalance meter : line.meters()) {
      for (BalanceLine.JobShare share : meter.jobs()) {
        Left left =
            before
                .computeIfAbsent(RunKey.of(line.header(), share), run -> new TreeMap<>())
                .computeIfAbsent(meter.meter(), any -> new Left());
        left.energy = left.energy.plus(share.energy());
        left.idleMicrojoules += share.idle().map(Energy::microjoules).orElse(0L);
        left.observedMillis += share.observedMillis();
        share
            .basis()
            .ifPresent(
                basis -> {
                  left.staticMicrojoules += basis.staticPart().microjoules();
                  left.cpuTimeMicrojoules += basis.cpuTime().microjoules();
                });
      }
    }
  }

  private LedgerLine within(JobLine job) {
    Map<MeterId, Left> left = before.remove(RunKey.of(job));
    if (left == null) {
      return job;
    }
    List<JobLine.PartEnergy> parts = new ArrayList<>();
    for (JobLine.PartEnergy part : job.energy()) {
      Left of = left.get(part.meter());
      parts.add(of == null ? part : within(part, of));
    }
    return job.withEnergy(parts);
  }

  private static JobLine.PartEnergy within(JobLine.PartEnergy part, Left left) {
    return new JobLine.PartEnergy(
        part.meter(),
        part.energy().minus(left.energy),
        part.idle().map(idle -> Energy.ofMicrojoules(idle.microjoules() - left.idleMicrojoules)),
        part.observedMillis() - left.observedMillis,
        part.missing(),
        part.basis()
            .map(
                basis ->
                    new org.sobre.energy.ledger.CpuBasis(
                        Energy.ofMicrojoules(
                            basis.staticPart().microjoules() - left.staticMicrojoules),
                        Energy.ofMicrojoules(
                            basis.cpuTime().microjoules() - left.cpuTimeMicrojoules))));
  }
}
