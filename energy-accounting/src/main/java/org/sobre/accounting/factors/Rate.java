package org.sobre.accounting.factors;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Optional;

/**
 * A number per unit, which may change with the hour. Who asks for its values of a span in which it
 * does not change asks at the span's begin.
 */
public sealed interface Rate permits Factor, HourClasses, GridSeries {

  /** Absent where nobody says: an hour that a series does not have. */
  Optional<BigDecimal> at(Instant instant, ZoneId zone);

  /** How often it may change. */
  Granularity granularity();

  /** Who says so. */
  String source();

  /** Of which day, month or year it is: {@code 2024}, {@code 2026-11}. */
  String date();
}
