package org.sobre.energy.meter;

import java.util.List;

/** A tool that prints rows for as long as it lives, and is started again when it does not. */
public interface RowStream extends AutoCloseable {

  /** What happened since the last call, oldest first; never waits. */
  List<StreamEvent> drain();

  /** Ends the tool, which hangs; it is started again after its back-off. */
  void restart();

  /** Whether the tool has gone: one that sits in the kernel is still there after a close. */
  default boolean holdsNothing() {
    return true;
  }

  /** Does not wait for a tool that does not end. */
  @Override
  void close();
}
