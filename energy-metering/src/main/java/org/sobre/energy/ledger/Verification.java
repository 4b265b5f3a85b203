package org.sobre.energy.ledger;

import java.util.List;

/**
 * What the verifier went through and found.
 *
 * @param lines good ones, doubled ones included
 * @param findings by node, boot and place
 */
public record Verification(int nodes, int boots, long lines, List<Finding> findings) {

  public Verification {
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
