package org.sobre.energy.meter;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.sobre.hardware.config.ScalarType;
import org.sobre.hardware.config.YamlSection;

/**
 * Section {@code meters} of sobre.yaml.
 *
 * @param interval between two readings of a meter, 200 ms to 10 s
 * @param counterTolerance by how much of the integrated power a card's energy counter may differ
 *     from it before it is not trusted; a share of one, 0 to 1
 * @param wholeNode whether the meter of the whole node is read, where it has one
 * @param cpuTdpWatts design power of one CPU package, for where it has no energy counter; 1 to 1000
 */
public record MetersConfig(
    Duration interval,
    double counterTolerance,
    Nvidia nvidia,
    boolean wholeNode,
    OptionalInt cpuTdpWatts) {

  /** How NVIDIA cards are read. */
  public enum Nvidia {
    /** By NVIDIA's library where it loads and answers, by nvidia-smi else. */
    AUTO,
    NVML,
    NVIDIA_SMI;

    static Nvidia of(String word) {
      return Arrays.stream(values())
          .filter(one -> one.word().equals(word))
          .findFirst()
          .orElseThrow(() -> new IllegalArgumentException("expected one of the words: " + word));
    }

    static List<String> words() {
      return Arrays.stream(values()).map(Nvidia::word).toList();
    }

    private String word() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  private static final double DEFAULT_TOLERANCE = 0.10;
  private static final String OFF = "off";
  private static final int MOST_CPU_TDP_WATTS = 1_000;

  private static final Duration DEFAULT_INTERVAL = Duration.ofSeconds(1);

  /** A meter silent for this many intervals was not seen: its energy over that time is unknown. */
  private static final int INTERVALS_IN_A_GAP = 3;

  public MetersConfig {
    requireNonNull(interval, "interval");
    requireNonNull(nvidia, "nvidia");
    requireNonNull(cpuTdpWatts, "cpuTdpWatts");
    if (!(counterTolerance >= 0 && counterTolerance <= 1)) {
      throw new IllegalArgumentException("expected 0 to 1, found " + counterTolerance);
    }
  }

  /** All but the interval as where nothing is configured. */
  public MetersConfig(Duration interval) {
    this(interval, DEFAULT_TOLERANCE, Nvidia.AUTO);
  }

  /** All else as where nothing is configured. */
  public MetersConfig(Duration interval, double counterTolerance, Nvidia nvidia) {
    this(interval, counterTolerance, nvidia, /* wholeNode= */ true, OptionalInt.empty());
  }

  public static MetersConfig from(YamlSection section) {
    Duration interval =
        section
            .duration("interval", Duration.ofMillis(200), Duration.ofSeconds(10))
            .orElse(DEFAULT_INTERVAL);
    double tolerance =
        section.value("counterTolerance", ScalarType.percentage()).orElse(DEFAULT_TOLERANCE);
    Nvidia nvidia = section.oneOf("nvidia", Nvidia.words()).map(Nvidia::of).orElse(Nvidia.AUTO);
    boolean wholeNode = section.oneOf("node", List.of("auto", OFF)).filter(OFF::equals).isEmpty();
    OptionalLong tdp =
        section
            .value("cpuTdpWatts", ScalarType.wholeNumberOr("auto", 1, MOST_CPU_TDP_WATTS))
            .orElseGet(OptionalLong::empty);
    section.refuseUnknownKeys();
    return new MetersConfig(
        interval,
        tolerance,
        nvidia,
        wholeNode,
        tdp.isPresent() ? OptionalInt.of((int) tdp.getAsLong()) : OptionalInt.empty());
  }

  /** The longest time between two readings that still makes an interval. */
  public Duration longestInterval() {
    return interval.multipliedBy(INTERVALS_IN_A_GAP);
  }

  /**
   * How far behind now energy is attributed. No interval can be longer than {@link
   * #longestInterval()} and each is fetched within one more, so that everything before this is
   * known, and a mark of a job that is found a poll late still cuts exactly.
   */
  public Duration lag() {
    return longestInterval().plus(interval);
  }
}
