package org.sobre.cli.watch;

import java.util.List;
import org.sobre.jobs.station.NodeView;

/** Where the live view looks. */
public interface NodeWatch extends AutoCloseable {

  /**
   * What is seen now.
   *
   * @param view with a device for each meter, also for one that gives nothing
   * @param notes why a device shows nothing, for a person; the same ones each time
   */
  record Sight(NodeView view, List<String> notes) {
    public Sight {
      notes = List.copyOf(notes);
    }
  }

  Sight look();

  /** Called about once a second between two looks, so that no meter is left for too long. */
  void keepUp();

  @Override
  void close();
}
