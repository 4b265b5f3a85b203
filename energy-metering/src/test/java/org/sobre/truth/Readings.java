package org.sobre.truth;

import java.util.Locale;

/**
 * What a device would show: registers that are filled anew after some milliseconds and not between,
 * counters in their own units, powers with two decimals.
 */
public final class Readings {

  private static final long SECOND = 1_000_000_000L;
  private static final long BOARD_REFRESH = SECOND / 10;
  private static final long PACKAGE_REFRESH = SECOND / 1_000;

  /** As AMD's packages count: 32 bits of 2^-16 J, which are full after 65.5 kJ. */
  private static final double JOULES_IN_A_UNIT = 1.0 / 65_536;

  private static final long UNITS = 1L << 32;

  private Readings() {}

  /** The energy counter of NVIDIA's library: millijoules since the driver was loaded. */
  public static long millijoules(PowerFunction power, long nanos) {
    return (long) (power.joules(0, refreshed(nanos, BOARD_REFRESH)) * 1_000);
  }

  /** Mean of the last second, milliwatts. */
  public static long meanMilliwatts(PowerFunction power, long nanos) {
    long until = refreshed(nanos, BOARD_REFRESH);
    long from = Math.max(0, until - SECOND);
    return until == from
        ? Math.round(power.watts(0) * 1_000)
        : Math.round(power.joules(from, until) * 1_000 * SECOND / (until - from));
  }

  /** Of that instant, milliwatts. */
  public static long instantMilliwatts(PowerFunction power, long nanos) {
    return Math.round(power.watts(refreshed(nanos, BOARD_REFRESH)) * 1_000);
  }

  /** The columns of {@link #row}. */
  public static final String COLUMNS =
      "uuid,power.draw.average,power.draw,utilization.gpu,memory.used";

  /** A line of {@code nvidia-smi --format=csv,noheader,nounits}. */
  public static String row(TrueNode.Device board, long nanos) {
    String now = watts(instantMilliwatts(board.power(), nanos));
    return board.told() == TrueNode.Told.MEAN_POWER
        ? cells(board, watts(meanMilliwatts(board.power(), nanos)), now)
        : cells(board, "[N/A]", now);
  }

  private static String cells(TrueNode.Device board, String mean, String now) {
    return String.join(", ", board.name(), mean, now, "50", "4096");
  }

  private static String watts(long milliwatts) {
    return String.format(Locale.ROOT, "%.2f", milliwatts / 1e3);
  }

  /** {@code energy_uj}: goes back to 0 when its 32 bits are full. */
  public static long packageMicrojoules(PowerFunction power, long nanos) {
    // not from 0 on, or the first wrap would come with the second hour
    double joules = 60_000 + power.joules(0, refreshed(nanos, PACKAGE_REFRESH));
    long units = (long) (joules / JOULES_IN_A_UNIT);
    return microjoules(units % UNITS);
  }

  /** {@code max_energy_range_uj}. */
  public static long packageRange() {
    return microjoules(UNITS - 1);
  }

  private static long microjoules(long units) {
    return (long) (units * JOULES_IN_A_UNIT * 1e6);
  }

  private static long refreshed(long nanos, long every) {
    return nanos / every * every;
  }
}
