package org.sobre.accounting.factors;

import java.math.BigDecimal;
import java.util.Optional;
import java.util.regex.Pattern;
import org.sobre.hardware.config.ScalarType;
import org.sobre.hardware.config.YamlSection;
import org.sobre.hardware.message.Messages;

/** Reads {@code value}, {@code source} and {@code date} of a mapping. */
final class CitedNumber {

  private static final Messages MESSAGES = Messages.of(CitedNumber.class);

  private static final Pattern DATE = Pattern.compile("\\d{4}(-\\d{2}(-\\d{2})?)?");
  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,12}(\\.[0-9]{1,12})?");

  private CitedNumber() {}

  /** Absent, with its problems, if one of the three is missing or wrong. */
  static Optional<Factor> read(YamlSection section, BigDecimal min, BigDecimal max) {
    Optional<BigDecimal> value = section.value("value", number(min, max));
    section.require("value");
    String source = source(section);
    Optional<String> date = date(section);
    return value.isPresent() && date.isPresent()
        ? Optional.of(new Factor(value.get(), source, date.get()))
        : Optional.empty();
  }

  static String source(YamlSection section) {
    return section.requiredString("source");
  }

  static Optional<String> date(YamlSection section) {
    section.require("date");
    return section.value(
        "date",
        ScalarType.of(
            "YYYY, YYYY-MM, YYYY-MM-DD",
            text -> Optional.of(text).filter(t -> DATE.matcher(t).matches())));
  }

  /** Exactly as it was written: 0.1 is no binary fraction. */
  static ScalarType<BigDecimal> number(BigDecimal min, BigDecimal max) {
    return ScalarType.of(
        MESSAGES.text("type.number", min.toPlainString(), max.toPlainString()),
        text ->
            Optional.of(text)
                .filter(t -> NUMBER.matcher(t).matches())
                .map(BigDecimal::new)
                .filter(n -> n.compareTo(min) >= 0 && n.compareTo(max) <= 0));
  }
}
