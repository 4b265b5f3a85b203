package org.sobre.accounting.store;

import java.io.IOException;
import java.sql.SQLException;

/** The accounting database cannot be used. The message names it and what to do. */
public final class StoreException extends IOException {

  private static final long serialVersionUID = 1;

  StoreException(String message, Throwable cause) {
    super(message, cause);
  }

  StoreException(String message) {
    super(message);
  }

  /**
   * Whether it may pass: the database is locked by another writer, has no room, or is away. Nothing
   * of what was stored before is lost to it.
   */
  public boolean mayPass() {
    return getCause() instanceof SQLException cause && PassingTrouble.isIt(cause);
  }
}
