package org.sobre.jobs.profile;

/** No profile has the name; the message names the places and the nearest name that is known. */
public final class UnknownProfileException extends Exception {

  private static final long serialVersionUID = 1;

  UnknownProfileException(String message) {
    super(message);
  }
}
