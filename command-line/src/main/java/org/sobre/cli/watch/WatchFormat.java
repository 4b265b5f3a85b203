package org.sobre.cli.watch;

/** How a look is written. */
public interface WatchFormat {

  /** Once, before the first. */
  String head();

  /** Whole lines, each ended by a line feed; or all that a screen shows. */
  String look(Look look);
}
