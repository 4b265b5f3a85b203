package org.sobre.daemon.metrics;

import static java.util.Objects.requireNonNull;

/**
 * What a page says that no meter tells.
 *
 * @param version of the daemon
 * @param cluster as the ledger knows it
 * @param withAccounts whether it is told which account holds how much of a GPU
 */
public record PageLabels(String version, String cluster, boolean withAccounts) {

  public PageLabels {
    requireNonNull(version, "version");
    requireNonNull(cluster, "cluster");
  }
}
