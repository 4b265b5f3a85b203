package org.sobre.energy.ledger;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.Optional;

/**
 * The first line of a boot: chains the boots of a node, so that a lost tail is seen.
 *
 * @param previous absent for the first boot the ledger knows of
 */
public record BootLine(LineHeader header, Instant at, Optional<PreviousBoot> previous)
    implements LedgerLine {

  /**
   * @param seq the last one of that boot, lines recovered since included
   */
  public record PreviousBoot(String boot, long seq) {}

  public BootLine {
    requireNonNull(header, "header");
    requireNonNull(at, "at");
    requireNonNull(previous, "previous");
    if (header.seq() != 1) {
      throw new IllegalArgumentException("a boot line has seq 1, found " + header.seq());
    }
  }

  @Override
  public Instant coversUntil() {
    return at;
  }
}
