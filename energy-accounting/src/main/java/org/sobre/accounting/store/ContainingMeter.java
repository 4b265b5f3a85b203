package org.sobre.accounting.store;

import static java.util.Objects.requireNonNull;

/**
 * A meter that contains others (a board's controller, a platform's counter), in the balances in
 * which one of those was seen: their energy is its own once more, and is never added to it.
 *
 * @param part as the ledger names it
 * @param seen by the meter
 * @param within seen by the innermost meters that it contains
 */
public record ContainingMeter(
    String cluster, String node, String part, String device, QualitySums seen, QualitySums within) {

  public ContainingMeter {
    requireNonNull(cluster, "cluster");
    requireNonNull(node, "node");
    requireNonNull(part, "part");
    requireNonNull(device, "device");
    requireNonNull(seen, "seen");
    requireNonNull(within, "within");
  }
}
