package org.sobre.energy.ledger;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.sobre.hardware.message.Messages;
import org.sobre.hardware.units.Energy;

/** Does every balance of a boot add up, and does one follow the other in time? */
final class BalanceCheck {

  private static final Messages MESSAGES = Messages.of(BalanceCheck.class);

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
    Instant expected = first.to().plusMillis(second.clockSetMillis());
    int order = second.from().compareTo(expected);
    if (order != 0) {
      long millis = Math.abs(second.from().toEpochMilli() - expected.toEpochMilli());
      findings.add(
          line.fault(
              MESSAGES.text(
                  order > 0 ? "time.missing" : "time.twice",
                  millis,
                  before,
                  first.to(),
                  second.from())));
    }
  }

  private static void meters(PlacedLine line, BalanceLine balance, List<Finding> findings) {
    Set<MeterId> seen = new HashSet<>();
    for (BalanceLine.MeterBalance meter : balance.meters()) {
      if (!seen.add(meter.meter())) {
        findings.add(line.fault(MESSAGES.text("meter.twice", meter.meter())));
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
      findings.add(line.fault(MESSAGES.text("meter.tooMuch", meter.meter())));
      return;
    }
    for (Quality quality : Quality.values()) {
      long total = meter.total().of(quality).microjoules();
      long accounted = sum.of(quality).microjoules();
      if (total != accounted) {
        findings.add(
            line.fault(
                MESSAGES.text(
                    "meter.residual",
                    meter.meter(),
                    quality.jsonName(),
                    total,
                    accounted,
                    total - accounted)));
      }
    }
    observed(
        line,
        MESSAGES.text("subject.meter", meter.meter()),
        meter.observedMillis(),
        balance,
        findings);
    for (BalanceLine.JobShare share : meter.jobs()) {
      observed(
          line,
          MESSAGES.text("subject.job", share.job(), meter.meter()),
          share.observedMillis(),
          balance,
          findings);
      basis(line, meter, share, findings);
    }
  }

  /** What is static or went by CPU time is a part of what the job was given. */
  private static void basis(
      PlacedLine line,
      BalanceLine.MeterBalance meter,
      BalanceLine.JobShare share,
      List<Finding> findings) {
    if (share.basis().isEmpty()) {
      return;
    }
    long given = 0;
    for (Energy energy : share.energy().amounts().values()) {
      given += Math.min(energy.microjoules(), Long.MAX_VALUE - given);
    }
    long still = share.basis().get().staticPart().microjoules();
    long worked = share.basis().get().cpuTime().microjoules();
    if (still > given || worked > given - still) {
      findings.add(
          line.fault(
              MESSAGES.text(
                  "basis.tooMuch",
                  MESSAGES.text("subject.job", share.job(), meter.meter()),
                  still,
                  worked,
                  given)));
    }
  }

  private static void observed(
      PlacedLine line, String what, long observed, BalanceLine balance, List<Finding> findings) {
    if (observed < 0 || observed > balance.elapsedMillis()) {
      findings.add(
          line.fault(MESSAGES.text("observed.balance", what, balance.elapsedMillis(), observed)));
    }
  }
}
