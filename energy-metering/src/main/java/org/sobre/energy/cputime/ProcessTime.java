package org.sobre.energy.cputime;

/**
 * What a process did. Microseconds of CPU time.
 *
 * @param startTicks when it began, since the boot: with its pid it is this one and no other
 * @param parent its pid
 * @param isOver whether it has ended, and nobody has waited for it yet
 * @param ownMicros of itself, all its threads
 * @param waitedMicros of its children that have ended and that it has waited for, and of theirs
 */
record ProcessTime(
    long startTicks, long parent, boolean isOver, long ownMicros, long waitedMicros) {

  long micros() {
    return ownMicros + waitedMicros;
  }
}
