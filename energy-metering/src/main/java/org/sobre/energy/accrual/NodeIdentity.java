package org.sobre.energy.accrual;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import org.sobre.energy.ledger.LineHeader;

/**
 * Whose ledger it is.
 *
 * @param boot the kernel's boot id
 */
public record NodeIdentity(String cluster, String node, String boot) {

  public NodeIdentity {
    requireNonNull(cluster, "cluster");
    requireNonNull(node, "node");
    requireNonNull(boot, "boot");
  }

  /** For a line that is not in the chain yet: the appender gives it its own. */
  LineHeader unchained() {
    return new LineHeader(cluster, node, boot, 1, Optional.empty());
  }
}
