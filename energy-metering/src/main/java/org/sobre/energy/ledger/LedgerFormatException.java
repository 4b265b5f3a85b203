package org.sobre.energy.ledger;

/**
 * A line that is not one of the ledger's. The message names the key, what was expected and what was
 * found.
 */
public final class LedgerFormatException extends Exception {

  private static final long serialVersionUID = 1;

  public LedgerFormatException(String message) {
    super(message);
  }
}
