package org.sobre.energy.ledger;

import static java.util.Objects.requireNonNull;

import java.util.Optional;

/**
 * What every line begins with.
 *
 * @param seq from 1, without gaps per node and boot
 * @param prev the first 16 hexadecimal digits of the SHA-256 of the line before, without its
 *     newline; absent for seq 1
 * @param clockUnset whether the wall clock was in doubt when the line was made: its times may be
 *     off, its lengths and energies are not
 */
public record LineHeader(
    String cluster, String node, String boot, long seq, Optional<String> prev, boolean clockUnset) {

  /** Of a line whose times are those of a clock that was set. */
  public LineHeader(String cluster, String node, String boot, long seq, Optional<String> prev) {
    this(cluster, node, boot, seq, prev, /* clockUnset= */ false);
  }

  public LineHeader {
    requireNonNull(cluster, "cluster");
    requireNonNull(node, "node");
    requireNonNull(boot, "boot");
    requireNonNull(prev, "prev");
    if (seq < 1) {
      throw new IllegalArgumentException("seq must be 1 or more, found " + seq);
    }
    if ((seq == 1) == prev.isPresent()) {
      throw new IllegalArgumentException(
          "prev belongs to every line but the first, found " + prev + " at seq " + seq);
    }
  }

  /** The same place in the chain. */
  public LineHeader withClockUnset(boolean unset) {
    return new LineHeader(cluster, node, boot, seq, prev, unset);
  }
}
