package org.sobre.daemon;

/** A request that is understood and refused; the message is for whoever asked. */
final class RefusedException extends Exception {

  private static final long serialVersionUID = 1L;

  RefusedException(String message) {
    super(message);
  }
}
