package org.sobre.accounting.factors;

import static java.util.Objects.requireNonNull;

import java.time.LocalDate;
import java.util.Optional;

/**
 * Calendar days in a row.
 *
 * @param from the first; absent: since ever
 * @param until the first that is not among them; absent: until further notice
 */
public record Days(Optional<LocalDate> from, Optional<LocalDate> until) {

  public static final Days ALL = new Days(Optional.empty(), Optional.empty());

  public Days {
    requireNonNull(from, "from");
    requireNonNull(until, "until");
    if (from.isPresent() && until.isPresent() && !from.get().isBefore(until.get())) {
      throw new IllegalArgumentException(
          "expected a day before " + until.get() + ", found " + from.get());
    }
  }

  public static Days between(LocalDate from, LocalDate until) {
    return new Days(Optional.of(from), Optional.of(until));
  }

  public boolean contains(LocalDate day) {
    return from.map(first -> !day.isBefore(first)).orElse(true)
        && until.map(day::isBefore).orElse(true);
  }

  public boolean overlaps(Days other) {
    return begin().isBefore(other.end()) && other.begin().isBefore(end());
  }

  /** For sorting and comparing; {@link LocalDate#MIN} for ever. */
  LocalDate begin() {
    return from.orElse(LocalDate.MIN);
  }

  LocalDate end() {
    return until.orElse(LocalDate.MAX);
  }
}
