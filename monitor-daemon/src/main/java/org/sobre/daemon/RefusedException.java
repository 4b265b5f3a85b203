package org.sobre.daemon;

/** A request that is understood and refused; the message is for whoever asked. */
final class RefusedException extends Exception {

  private static final long serialVersionUID = 1L;

  private final boolean again;

  RefusedException(String message) {
    this(message, false);
  }

  /**
   * @param again whether there may soon be another daemon, to be asked the same
   */
  RefusedException(String message, boolean again) {
    super(message);
    this.again = again;
  }

  boolean again() {
    return again;
  }
}
