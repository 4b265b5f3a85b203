package org.sobre.energy.ledger;

import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The keys after {@code v} and {@code kind} that every line has, as they come. */
final class LineHeaderStream {

  private static final int SEQ = 1 << 3;

  /** The first bit that is free for a key beyond these. */
  static final int OWN = 1 << 6;

  private final LineStream in;
  private @Nullable String cluster;
  private @Nullable String node;
  private @Nullable String boot;
  private long seq;
  private Optional<String> prev = Optional.empty();
  private boolean clockUnset;

  LineHeaderStream(LineStream in) {
    this.in = in;
  }

  /**
   * Takes a key that has to be one of these.
   *
   * @return its bit, below {@link #OWN}
   */
  long take(String key) throws IOException, LineStream.Odd {
    switch (key) {
      case "cluster" -> {
        cluster = in.requiredText();
        return 1;
      }
      case "node" -> {
        node = in.requiredText();
        return 1 << 1;
      }
      case "boot" -> {
        boot = in.requiredText();
        return 1 << 2;
      }
      case "seq" -> {
        seq = in.number();
        return SEQ;
      }
      case "prev" -> {
        prev = in.optionalText();
        return 1 << 4;
      }
      case "clockUnset" -> {
        clockUnset = in.truth();
        return 1 << 5;
      }
      default -> throw new LineStream.Odd();
    }
  }

  /**
   * @param bits of the keys that were taken
   */
  LineHeader header(long bits) throws LineStream.Odd {
    LineStream.require((bits & SEQ) != 0);
    return new LineHeader(
        LineStream.required(cluster),
        LineStream.required(node),
        LineStream.required(boot),
        seq,
        prev,
        clockUnset);
  }
}
