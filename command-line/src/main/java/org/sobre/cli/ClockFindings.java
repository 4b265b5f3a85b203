package org.sobre.cli;

import static java.time.temporal.ChronoUnit.SECONDS;

import java.time.Instant;
import java.util.List;
import org.sobre.hardware.clock.WallClockTrust;
import org.sobre.hardware.message.Messages;
import org.sobre.hardware.node.Finding;
import org.sobre.hardware.node.Finding.Severity;

/** Whether there is reason to think that the wall clock is wrong. */
final class ClockFindings {

  private static final Messages MESSAGES = Messages.of(ClockFindings.class);

  private ClockFindings() {}

  static List<Finding> of(WallClockTrust trust, Instant now) {
    return trust.doubt(now).stream()
        .map(
            doubt ->
                new Finding(
                    Severity.WARNING,
                    "clock",
                    MESSAGES.text(
                        "doctor.clock", ClockWait.inWords(doubt), now.truncatedTo(SECONDS))))
        .toList();
  }
}
