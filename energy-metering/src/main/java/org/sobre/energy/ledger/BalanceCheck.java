package org.sobre.energy.ledger;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Does every balance of a boot add up, and does one follow the other in time? */
final class BalanceCheck {

  private BalanceCheck() {}

  static List<Finding> check(BootLedger boot) {
    List<Finding> findings = new ArrayList<>();
    Optional<PlacedLine> before = Optional.empty();
    long lastSeq = 0;
    for (PlacedLine line : boot.lines()) {
      if (line.seq() > lastSeq + 1) {
        before = Optional.empty();
      }
      boolean repeated = line.seq() == lastSeq;
      lastSeq = line.seq();
      if (!repeated && line.line() instanceof BalanceLine balance) {
        if (before.isPresent()) {
          succession(before.get(), line, findings);
        }
        balance.meters().forEach(meter -> meter(line, balance, meter, findings));
        meters(line, balance, findings);
        before = Optional.of(line);
      }
    }
    return findings;
  }

  private static void succession(PlacedLine before, PlacedLine line, List<Finding> findings) {
    BalanceLine first = (BalanceLine) before.line();
    BalanceLine second = (BalanceLine) line.line();
    int order = second.from().compareTo(first.to());
    if (order != 0) {
      long millis = Math.abs(second.from().toEpochMilli() - first.to().toEpochMilli());
      findings.add(
          line.fault(
              (order > 0 ? "time missing: " : "time counted twice: ")
                  + millis
                  + " ms between the balance before ("
                  + before
                  + ", to "
                  + first.to()
                  + ") and this one (from "
                  + second.from()
                  + ")"));
    }
  }

  private static void meters(PlacedLine line, BalanceLine balance, List<Finding> findings) {
    Set<MeterId> seen = new HashSet<>();
    for (BalanceLine.MeterBalance meter : balance.meters()) {
      if (!seen.add(meter.meter())) {
        findings.add(line.fault("meter " + meter.meter() + " stands twice in this balance"));
      }
    }
  }

  private static void meter(
      PlacedLine line,
      BalanceLine balance,
      BalanceLine.MeterBalance meter,
      List<Finding> findings) {
    EnergyByQuality sum;
    try {
      sum = meter.accounted();
    } catch (ArithmeticException e) {
      findings.add(line.fault("meter " + meter.meter() + ": its parts are more than a long has"));
      return;
    }
    for (Quality quality : Quality.values()) {
      long total = meter.total().of(quality).microjoules();
      long accounted = sum.of(quality).microjoules();
      if (total != accounted) {
        findings.add(
            line.fault(
                "residual of meter "
                    + meter.meter()
                    + " ("
                    + quality.jsonName()
                    + "): the meter saw "
                    + total
                    + " uJ, jobs + outsideSlurm + platform + unknown are "
                    + accounted
                    + " uJ, "
                    + (total - accounted)
                    + " uJ apart"));
      }
    }
    observed(line, "meter " + meter.meter(), meter.observedMillis(), balance, findings);
    for (BalanceLine.JobShare share : meter.jobs()) {
      observed(
          line,
          "job " + share.job() + " on meter " + meter.meter(),
          share.observedMillis(),
          balance,
          findings);
    }
  }

  private static void observed(
      PlacedLine line, String what, long observed, BalanceLine balance, List<Finding> findings) {
    if (observed < 0 || observed > balance.elapsedMillis()) {
      findings.add(
          line.fault(
              what
                  + ": expected observedMs from 0 to the line's elapsedMs "
                  + balance.elapsedMillis()
                  + ", found "
                  + observed));
    }
  }
}
