package org.sobre.cli;

import java.math.BigDecimal;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.sobre.hardware.message.Messages;
import org.sobre.hardware.units.MemorySize;
import org.sobre.jobs.plan.Device;

/** A size as it is typed: {@code 24GB} is what a card is sold with, {@code 24564MiB} its memory. */
final class FitSize {

  private static final Messages MESSAGES = Messages.of(FitSize.class);

  private static final Pattern FORM =
      Pattern.compile("(\\d{1,7}(?:\\.\\d{1,3})?) ?(|g|gb|gib|mib)");

  private static final long MEBI = 1L << 20;
  private static final long GIBI = 1L << 30;

  /** What has N GB has this much of each: {@link MemorySize#hasGigabytes}. */
  private static final long LEAST_BYTES_PER_GIGABYTE = 990_000_000L;

  /** More than any card will have for a while. */
  private static final long LARGEST = 10_000L * 1_000_000_000L;

  private FitSize() {}

  /**
   * @throws Failure if it is no size, or one of no card
   */
  static FitCard card(String typed) {
    Matcher m = FORM.matcher(typed.strip().toLowerCase(Locale.ROOT));
    if (!m.matches()) {
      throw wrong(typed);
    }
    BigDecimal number = new BigDecimal(m.group(1));
    return switch (m.group(2)) {
      case "mib" -> exact(bytes(number, MEBI, typed));
      case "gib" -> exact(bytes(number, GIBI, typed));
      default -> ofSize(bytes(number, LEAST_BYTES_PER_GIGABYTE, typed), number.doubleValue());
    };
  }

  private static MemorySize bytes(BigDecimal number, long unit, String typed) {
    BigDecimal bytes = number.multiply(BigDecimal.valueOf(unit));
    if (bytes.signum() <= 0 || bytes.compareTo(BigDecimal.valueOf(LARGEST)) > 0) {
      throw wrong(typed);
    }
    return new MemorySize(bytes.longValue());
  }

  private static Failure wrong(String typed) {
    return new Failure(ExitCode.USAGE, MESSAGES.text("fit.vram", typed));
  }

  private static FitCard exact(MemorySize total) {
    Device device =
        Device.empty(MESSAGES.text("fit.any"), Optional.empty(), total, Optional.empty());
    return new FitCard(
        Optional.empty(),
        device,
        OptionalDouble.empty(),
        Optional.empty(),
        FitCard.Place.ELSEWHERE);
  }

  private static FitCard ofSize(MemorySize least, double gigabytes) {
    Device device =
        Device.ofSize(MESSAGES.text("fit.any"), Optional.empty(), least, Optional.empty());
    return new FitCard(
        Optional.empty(),
        device,
        OptionalDouble.of(gigabytes),
        Optional.empty(),
        FitCard.Place.ELSEWHERE);
  }
}
