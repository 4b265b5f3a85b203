package org.sobre.energy.ledger;

import java.time.Instant;

/** One line of the ledger. */
public sealed interface LedgerLine permits BootLine, BalanceLine, JobLine {

  LineHeader header();

  /** The last instant the line covers, whose UTC month names its file. */
  Instant coversUntil();
}
