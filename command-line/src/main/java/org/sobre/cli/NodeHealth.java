package org.sobre.cli;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.sobre.hardware.probe.SysRoot;
import org.sobre.slurm.health.HealthFormatException;
import org.sobre.slurm.health.HealthState;
import org.sobre.slurm.health.HealthStateCodec;

/**
 * What the daemon last said of this node, and how long ago.
 *
 * @param stale older than the health check believes
 */
record NodeHealth(HealthState state, Duration age, boolean stale) {

  /** A state of 64 cards has some kilobytes. */
  private static final int MOST_BYTES = 64 << 10;

  NodeHealth {
    requireNonNull(state, "state");
    requireNonNull(age, "age");
  }

  static Path file(SysRoot root) {
    return root.run().resolve("sobre/health");
  }

  /**
   * Empty where no daemon has said anything since the boot.
   *
   * @throws HealthFormatException if the file is no state
   */
  static Optional<NodeHealth> read(SysRoot root) throws IOException, HealthFormatException {
    Path file = file(root);
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    HealthState state = HealthStateCodec.read(text(file));
    Duration now = uptime(root);
    Duration age = now.minus(state.uptime());
    return Optional.of(
        new NodeHealth(state, age.isNegative() ? Duration.ZERO : age, state.isStale(now)));
  }

  private static String text(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return new String(in.readNBytes(MOST_BYTES), StandardCharsets.UTF_8);
    }
  }

  private static Duration uptime(SysRoot root) throws IOException {
    String text = Files.readString(root.proc().resolve("uptime"));
    try {
      BigDecimal seconds = new BigDecimal(text.substring(0, text.indexOf(' ')));
      return Duration.ofMillis(seconds.movePointRight(3).longValue());
    } catch (NumberFormatException | StringIndexOutOfBoundsException e) {
      throw new IOException("/proc/uptime: expected seconds, found " + text.strip(), e);
    }
  }
}
