package org.sobre.accounting.factors;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.sobre.hardware.message.Messages;

/**
 * A time in which energy was drawn and a factor has no value.
 *
 * @param key of factors.yaml
 * @param until not included
 */
public record Gap(String key, Instant since, Instant until) {

  private static final Messages MESSAGES = Messages.of(Gap.class);
  private static final DateTimeFormatter MINUTE =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm", Locale.ROOT);

  public Gap {
    requireNonNull(key, "key");
    requireNonNull(since, "since");
    requireNonNull(until, "until");
  }

  /** {@code gCo2ePerKwh: no value from 2025-01-01 to 2025-03-31}. */
  public String said(ZoneId zone) {
    ZonedDateTime from = since.atZone(zone);
    ZonedDateTime to = until.atZone(zone);
    boolean days = isMidnight(from) && isMidnight(to);
    return key
        + ": "
        + (days
            ? MESSAGES.text("days.gap", from.toLocalDate(), to.toLocalDate().minusDays(1))
            : MESSAGES.text("days.gap", MINUTE.format(from), MINUTE.format(to)));
  }

  private static boolean isMidnight(ZonedDateTime time) {
    return time.toLocalTime().equals(LocalTime.MIDNIGHT);
  }
}
