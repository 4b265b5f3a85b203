package org.sobre.energy.meter;

import java.util.List;

/**
 * A source of readings: one tool or one tree of the kernel, with the meters it serves. Polled by
 * one thread; what it starts on its own ends with {@link #close()}.
 */
public interface Meter extends AutoCloseable {

  /**
   * What was seen since the last poll, in order of time for each meter; never waits. A meter that
   * was not seen over a stretch of time gives no interval for it.
   */
  List<MeteredInterval> poll();

  /** The meters known now, readable or not. */
  List<MeterStatus> meters();

  /** Whether nothing is open or running any more that {@link #close()} was to end. */
  default boolean holdsNothing() {
    return true;
  }

  /** Does not wait for what does not end: other meters are read by the same thread. */
  @Override
  void close();
}
