package org.sobre.accounting.report;

import java.time.Instant;
import java.time.LocalTime;
import java.time.YearMonth;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import org.sobre.hardware.message.Messages;

/** By what, and of which time, a report is. */
public final class ReportTitle {

  private static final Messages MESSAGES = Messages.of(ReportTitle.class);
  private static final DateTimeFormatter DAY =
      DateTimeFormatter.ofPattern("uuuu-MM-dd", Locale.ROOT);
  private static final DateTimeFormatter MINUTE =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm", Locale.ROOT);

  private ReportTitle() {}

  /** {@code Energy by lab in 2026-12 (Europe/Paris)}. */
  public static String of(ReportRequest request) {
    String keys = String.join(", ", request.by().stream().map(ReportColumns::heading).toList());
    return MESSAGES.text("title", keys) + scope(request);
  }

  /** Of which jobs and which time: {@code , user alice only in 2026-12 (Europe/Paris)}. */
  public static String scope(ReportRequest request) {
    StringBuilder title = new StringBuilder();
    request
        .filter()
        .names()
        .forEach(
            (key, names) ->
                title.append(
                    MESSAGES.text(
                        "title.of", ReportColumns.heading(key), String.join(", ", names))));
    Optional<YearMonth> month = request.wholeMonth();
    if (month.isPresent()) {
      title.append(MESSAGES.text("title.month", month.get()));
    } else {
      request
          .period()
          .since()
          .ifPresent(at -> title.append(MESSAGES.text("title.since", time(at, request))));
      request
          .period()
          .until()
          .ifPresent(at -> title.append(MESSAGES.text("title.until", time(at, request))));
    }
    return title + " (" + request.zone().getId() + ")";
  }

  private static String time(Instant instant, ReportRequest request) {
    ZonedDateTime local = instant.atZone(request.zone());
    return local.toLocalTime().equals(LocalTime.MIDNIGHT)
        ? DAY.format(local)
        : MINUTE.format(local);
  }
}
