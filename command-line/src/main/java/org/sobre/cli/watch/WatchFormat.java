package org.sobre.cli.watch;

import java.time.Instant;
import org.sobre.jobs.station.NodeView;

/** How a look is written. */
public interface WatchFormat {

  /** Once, before the first. */
  String head();

  /** Whole lines, each ended by a line feed. */
  String look(Instant at, NodeView view);
}
