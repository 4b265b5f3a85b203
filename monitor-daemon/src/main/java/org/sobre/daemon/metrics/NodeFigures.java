package org.sobre.daemon.metrics;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * All figures of a node, as they stood at one moment: of the last second, and since the daemon
 * started. Nobody's name is in it but those of accounts.
 *
 * @param atNanos when, of the node's uptime clock
 * @param jobsRunning runs that have begun and not ended
 * @param steps how often the loop had turned
 * @param clockUnset whether there is reason to think that the wall clock is wrong
 */
public record NodeFigures(
    String node,
    long atNanos,
    List<MeterFigures> meters,
    List<GpuFigures> gpus,
    long jobsRunning,
    LedgerFigures ledger,
    long steps,
    boolean clockUnset) {

  public NodeFigures {
    requireNonNull(node, "node");
    meters = List.copyOf(meters);
    gpus = List.copyOf(gpus);
    requireNonNull(ledger, "ledger");
  }
}
