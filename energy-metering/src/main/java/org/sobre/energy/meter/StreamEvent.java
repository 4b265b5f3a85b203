package org.sobre.energy.meter;

import java.util.List;
import org.sobre.hardware.units.Reading.Reason;

/** What happens to a tool that prints lines for as long as it lives. */
public sealed interface StreamEvent {

  /** On the node's uptime clock. */
  long nanos();

  /**
   * @param fields the columns asked for
   */
  record Started(long nanos, List<String> fields) implements StreamEvent {}

  record Line(long nanos, String text) implements StreamEvent {}

  /**
   * @param detail for a person
   */
  record Ended(long nanos, Reason reason, String detail) implements StreamEvent {}
}
