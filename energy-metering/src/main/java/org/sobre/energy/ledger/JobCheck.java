package org.sobre.energy.ledger;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.sobre.hardware.message.Messages;

/**
 * Does what a job line says equal what the balances of its boot gave that run? While the last hour
 * is open a job line may be ahead of the balances, never behind.
 */
final class JobCheck {

  private static final Messages MESSAGES = Messages.of(JobCheck.class);

  private final Map<RunKey, Map<MeterId, EnergyByQuality>> shares = new HashMap<>();
  private final Map<RunKey, PlacedLine> seen = new HashMap<>();
  private final List<Finding> findings = new ArrayList<>();
  private Instant balancedUntil = Instant.MIN;

  private JobCheck() {}

  /** The boot must be whole: with a line lost, every job in it would be named for it. */
  static List<Finding> check(BootLedger boot) {
    JobCheck check = new JobCheck();
    long lastSeq = 0;
    for (PlacedLine line : boot.lines()) {
      if (line.seq() > lastSeq && line.line() instanceof BalanceLine balance) {
        check.add(line, balance);
      }
      lastSeq = line.seq();
    }
    lastSeq = 0;
    for (PlacedLine line : boot.lines()) {
      if (line.seq() > lastSeq && line.line() instanceof JobLine job) {
        check.compare(line, job);
      }
      lastSeq = line.seq();
    }
    return check.findings;
  }

  private void add(PlacedLine line, BalanceLine balance) {
    for (BalanceLine.MeterBalance meter : balance.meters()) {
      for (BalanceLine.JobShare share : meter.jobs()) {
        try {
          shares
              .computeIfAbsent(RunKey.of(balance.header(), share), key -> new TreeMap<>())
              .merge(meter.meter(), share.energy(), EnergyByQuality::plus);
        } catch (ArithmeticException e) {
          findings.add(line.fault(MESSAGES.text("job.tooMuch", share.job())));
        }
      }
    }
    if (balance.to().isAfter(balancedUntil)) {
      balancedUntil = balance.to();
    }
  }

  private void compare(PlacedLine line, JobLine job) {
    RunKey run = RunKey.of(job);
    PlacedLine first = seen.putIfAbsent(run, line);
    if (first != null) {
      findings.add(line.fault(MESSAGES.text("job.twice", run.job(), first)));
      return;
    }
    boolean closed = !balancedUntil.isBefore(job.end());
    Map<MeterId, EnergyByQuality> open = new TreeMap<>(shares.getOrDefault(run, Map.of()));
    for (JobLine.PartEnergy part : job.energy()) {
      EnergyByQuality balanced = open.remove(part.meter());
      compare(
          line,
          job,
          part.meter(),
          part.energy(),
          balanced == null ? EnergyByQuality.NONE : balanced,
          closed);
      if (part.observedMillis() < 0 || part.observedMillis() > job.elapsedMillis()) {
        findings.add(
            line.fault(
                MESSAGES.text(
                    "observed.job",
                    MESSAGES.text("subject.job", run.job(), part.meter()),
                    job.elapsedMillis(),
                    part.observedMillis())));
      }
    }
    open.forEach(
        (meter, balanced) -> compare(line, job, meter, EnergyByQuality.NONE, balanced, closed));
  }

  private void compare(
      PlacedLine line,
      JobLine job,
      MeterId meter,
      EnergyByQuality said,
      EnergyByQuality balanced,
      boolean closed) {
    for (Quality quality : Quality.values()) {
      long ahead = said.of(quality).microjoules() - balanced.of(quality).microjoules();
      if (ahead < 0 || (closed && ahead > 0)) {
        findings.add(
            line.fault(
                MESSAGES.text(
                    "job.differs",
                    MESSAGES.text("subject.job", job.facts().key(), meter),
                    quality.jsonName(),
                    said.of(quality).microjoules(),
                    balanced.of(quality).microjoules())));
      }
    }
  }
}
