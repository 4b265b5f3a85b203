package org.sobre.cli;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.sobre.accounting.report.ReportRequest;
import org.sobre.accounting.store.Period;
import org.sobre.hardware.message.Messages;

/**
 * The time that a report was asked for, as it was typed.
 *
 * @param since absent: from the ledger's begin
 * @param until absent: to its end
 * @param month instead of both
 * @param zone of days and months
 */
record AskedPeriod(
    @Nullable String since, @Nullable String until, @Nullable String month, ZoneId zone) {

  private static final Messages MESSAGES = Messages.of(AskedPeriod.class);
  private static final DateTimeFormatter MINUTE =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm", Locale.ROOT);

  /**
   * The hours that begin in it, which are those that the store can count.
   *
   * @param tell is told where they are others than was asked for
   */
  Period counted(Consumer<String> tell) {
    if (month != null) {
      if (since != null || until != null) {
        throw new Failure(ExitCode.USAGE, MESSAGES.text("report.month.alone"));
      }
      return ReportRequest.month(month(month), zone);
    }
    Optional<Instant> from = Optional.ofNullable(since).map(text -> time("--since", text));
    Optional<Instant> to = Optional.ofNullable(until).map(text -> time("--until", text));
    refuseUnlessBefore(from, to, "report.until");
    Optional<Instant> first = from.map(AskedPeriod::hour);
    Optional<Instant> end = to.map(AskedPeriod::hour);
    refuseUnlessBefore(first, end, "report.hours");
    if (!first.equals(from)) {
      tell.accept(MESSAGES.text("report.since.hour", String.valueOf(since), local(first)));
    }
    if (!end.equals(to)) {
      tell.accept(MESSAGES.text("report.until.hour", String.valueOf(until), local(end)));
    }
    return new Period(first, end);
  }

  private void refuseUnlessBefore(Optional<Instant> from, Optional<Instant> to, String key) {
    if (from.isPresent() && to.isPresent() && !from.get().isBefore(to.get())) {
      throw new Failure(
          ExitCode.USAGE, MESSAGES.text(key, String.valueOf(since), String.valueOf(until)));
    }
  }

  /** The first full hour of UTC that is not before it. */
  private static Instant hour(Instant at) {
    Instant hour = at.truncatedTo(ChronoUnit.HOURS);
    return hour.equals(at) ? hour : hour.plus(1, ChronoUnit.HOURS);
  }

  private String local(Optional<Instant> at) {
    return MINUTE.format(at.orElseThrow().atZone(zone)) + " (" + zone.getId() + ")";
  }

  /** Of {@code --month}. */
  static YearMonth month(String text) {
    try {
      return YearMonth.parse(text);
    } catch (DateTimeException e) {
      throw new Failure(ExitCode.USAGE, MESSAGES.text("report.month.form", text));
    }
  }

  private Instant time(String option, String text) {
    try {
      return text.indexOf('T') < 0
          ? LocalDate.parse(text).atStartOfDay(zone).toInstant()
          : Instant.parse(text);
    } catch (DateTimeException e) {
      throw new Failure(ExitCode.USAGE, MESSAGES.text("report.time", option, text));
    }
  }
}
