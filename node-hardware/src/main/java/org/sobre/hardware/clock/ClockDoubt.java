package org.sobre.hardware.clock;

/** Why the wall clock may not be believed. */
public enum ClockDoubt {
  /** A time service runs, says when it has set the clock, and has not said so yet. */
  NOT_SYNCHRONIZED("a time service is running and has not set the clock yet"),

  /**
   * A time service runs that leaves no word of what it has done, and the machine has just begun.
   */
  JUST_BOOTED("a time service is running, which may set the clock in the first minutes"),

  /** No time service runs, and the clock says a time at which this version did not exist. */
  BEFORE_BUILD("it says a time before this version of Sobre was made, and no time service runs");

  private final String inWords;

  ClockDoubt(String inWords) {
    this.inWords = inWords;
  }

  /** For logs, in English. */
  public String inWords() {
    return inWords;
  }

  /** Whether somebody is about to set the clock, so that waiting for it makes sense. */
  public boolean maySoonBeSet() {
    return this != BEFORE_BUILD;
  }
}
