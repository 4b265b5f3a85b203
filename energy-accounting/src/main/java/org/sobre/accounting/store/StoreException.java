package org.sobre.accounting.store;

import java.io.IOException;

/** The accounting database cannot be used. The message names it and what to do. */
public final class StoreException extends IOException {

  private static final long serialVersionUID = 1;

  StoreException(String message, Throwable cause) {
    super(message, cause);
  }

  StoreException(String message) {
    super(message);
  }
}
