package org.sobre.cli.watch;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.List;
import org.sobre.jobs.station.NodeView;

/**
 * Everything of one moment.
 *
 * @param notes why a device shows nothing, for a person
 */
public record Look(Instant at, NodeView view, Traffic traffic, List<String> notes) {

  public Look {
    requireNonNull(at, "at");
    requireNonNull(view, "view");
    requireNonNull(traffic, "traffic");
    notes = List.copyOf(notes);
  }
}
