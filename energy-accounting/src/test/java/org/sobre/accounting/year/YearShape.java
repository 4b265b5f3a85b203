package org.sobre.accounting.year;

import java.time.LocalDate;
import java.time.ZoneId;

/**
 * How large a generated year is. 2024: a leap year, with both changes of the clock in its zone.
 *
 * @param nodes in pairs of the same kind; four in ten pairs have GPUs
 * @param jobs that are aimed at; what comes out is within some percent of it
 */
public record YearShape(long seed, int nodes, int labs, int users, int jobs) {

  /** In which days and months are cut. */
  public static final ZoneId ZONE = ZoneId.of("Europe/Paris");

  public static final LocalDate FIRST_DAY = LocalDate.of(2024, 1, 1);
  static final LocalDate END_DAY = LocalDate.of(2025, 1, 1);
  static final long HOUR_MILLIS = 3_600_000;

  public YearShape {
    if (nodes < 2 || nodes % 2 != 0 || labs < 1 || users < labs || jobs < nodes) {
      throw new IllegalArgumentException(
          "expected pairs of nodes, a lab, no more labs than users, and a job a node at least");
    }
  }

  static long beginMillis() {
    return FIRST_DAY.atStartOfDay(ZONE).toInstant().toEpochMilli();
  }

  static int hours() {
    return Math.toIntExact(
        (END_DAY.atStartOfDay(ZONE).toInstant().toEpochMilli() - beginMillis()) / HOUR_MILLIS);
  }

  static int hourOf(long millis) {
    return Math.toIntExact(Math.floorDiv(millis - beginMillis(), HOUR_MILLIS));
  }

  static long millisOf(int hour) {
    return beginMillis() + hour * HOUR_MILLIS;
  }
}
