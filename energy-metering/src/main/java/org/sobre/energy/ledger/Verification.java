package org.sobre.energy.ledger;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What the verifier went through and found.
 *
 * @param lines good ones, doubled ones included
 * @param findings by node, boot and place
 * @param forgotten the files whose persons were taken out; absent if there are none
 */
public record Verification(
    int nodes, int boots, long lines, List<Finding> findings, Optional<Forgotten> forgotten) {

  /**
   * Files without persons, as {@link ForgottenRecord} tells of them.
   *
   * @param since when the last one was written
   */
  public record Forgotten(int files, int months, Instant since) {}

  public Verification {
    requireNonNull(forgotten, "forgotten");
    findings = List.copyOf(findings);
  }

  public List<Finding> faults() {
    return withSeverity(Finding.Severity.FAULT);
  }

  public List<Finding> notes() {
    return withSeverity(Finding.Severity.NOTE);
  }

  private List<Finding> withSeverity(Finding.Severity severity) {
    return findings.stream().filter(finding -> finding.severity() == severity).toList();
  }
}
