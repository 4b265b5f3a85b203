package org.sobre.daemon.metrics;

/**
 * How the ledger keeps up.
 *
 * @param lines of this boot that are in it
 * @param pendingLines sealed and not known to be in it: what waits in this machine's memory
 * @param lagNanos since it last took what was offered
 */
public record LedgerFigures(long lines, long pendingLines, long lagNanos) {

  public LedgerFigures {
    if (lines < 0 || pendingLines < 0 || lagNanos < 0) {
      throw new IllegalArgumentException(
          "expected 0 or more, found " + lines + ", " + pendingLines + ", " + lagNanos);
    }
  }
}
