package org.sobre.energy.meter;

import static java.util.Objects.requireNonNull;

import java.math.BigDecimal;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.sobre.hardware.units.Power;
import org.sobre.hardware.units.Reading;
import org.sobre.hardware.units.Reading.Reason;

/**
 * What {@code sobre-node-power} wrote: a line {@code uptime=SECONDS}, and below it what {@code
 * ipmitool dcmi power reading} printed, or the tool's message.
 *
 * @param nanos since boot, when it was asked; absent if the first line does not say
 * @param power the instantaneous reading, of whole watts
 */
record DcmiReport(OptionalLong nanos, Reading<Power> power) {

  private static final Pattern UPTIME = Pattern.compile("\\Auptime=(\\d{1,10}(?:\\.\\d{1,9})?)\\n");
  private static final Pattern WATTS =
      Pattern.compile("(?m)^\\s*Instantaneous power reading:\\s*(\\d{1,9}) Watts\\s*$");
  private static final Pattern STATE =
      Pattern.compile("(?m)^\\s*Power reading state is:\\s*(\\S+)\\s*$");

  DcmiReport {
    requireNonNull(nanos, "nanos");
    requireNonNull(power, "power");
  }

  static DcmiReport parse(String text) {
    Matcher uptime = UPTIME.matcher(text + "\n");
    boolean timed = uptime.find();
    return new DcmiReport(
        timed
            ? OptionalLong.of(
                new BigDecimal(uptime.group(1)).movePointRight(9).toBigInteger().longValue())
            : OptionalLong.empty(),
        power(timed ? (text + "\n").substring(uptime.end()) : text));
  }

  /**
   * A board that does not measure says {@code deactivated}, and prints a number all the same; some
   * say 0 W (ipmitool's own page, and reports from several makers' boards).
   */
  private static Reading<Power> power(String printed) {
    Matcher watts = WATTS.matcher(printed);
    if (!watts.find()) {
      Optional<String> message = printed.lines().filter(line -> !line.isBlank()).findFirst();
      return Reading.unavailable(Reason.FAILED, message.orElse("nothing was printed"));
    }
    Matcher state = STATE.matcher(printed);
    if (state.find() && !state.group(1).equals("activated")) {
      return Reading.unavailable(Reason.NOT_SUPPORTED, "power reading is " + state.group(1));
    }
    Power power = Power.ofWatts(new BigDecimal(watts.group(1)));
    return power.microwatts() == 0
        ? Reading.unavailable(Reason.NOT_SUPPORTED, "a node that runs draws more than 0")
        : Reading.of(power);
  }
}
