package org.sobre.energy.occupancy;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.List;

/** A source that shows which processes use which GPU. Polled by one thread. */
public interface GpuProcesses extends AutoCloseable {

  /** Between two looks of every source. */
  Duration PERIOD = Duration.ofSeconds(2);

  /**
   * A process seen on a GPU.
   *
   * @param nanos of the node's uptime clock
   */
  record Sighting(String device, long pid, long nanos) {
    public Sighting {
      requireNonNull(device, "device");
    }
  }

  /** What was seen since the last poll; never waits. Nothing is said of a GPU without processes. */
  List<Sighting> poll();

  /** Whether nothing is running any more that {@link #close()} was to end. */
  default boolean holdsNothing() {
    return true;
  }

  @Override
  void close();
}
