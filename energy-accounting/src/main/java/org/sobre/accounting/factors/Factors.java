package org.sobre.accounting.factors;

import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.regex.Pattern;
import org.sobre.hardware.config.ConfigurationException;
import org.sobre.hardware.config.Problems;
import org.sobre.hardware.config.ScalarType;
import org.sobre.hardware.config.YamlDocument;
import org.sobre.hardware.config.YamlSection;

/**
 * The document {@code factors.yaml}. What it does not give is absent from reports, never zero.
 *
 * @param pue power usage effectiveness of the room, 1 or more; absent: the machines' own energy
 *     counts
 * @param gramsCo2ePerKilowattHour of the electricity
 * @param euroPerKilowattHour of the electricity
 * @param file that they are from; absent: none was found
 */
public record Factors(
    Optional<Factor> pue,
    Optional<Factor> gramsCo2ePerKilowattHour,
    Optional<Factor> euroPerKilowattHour,
    Optional<Path> file) {

  public static final String SCHEMA = "sobre-factors/1";

  public static final Factors NONE =
      new Factors(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

  private static final Pattern DATE = Pattern.compile("\\d{4}(-\\d{2}(-\\d{2})?)?");
  private static final double MAX_PUE = 10;
  private static final double MIN_PER_KILOWATT_HOUR = 0.0001;
  private static final double MAX_PER_KILOWATT_HOUR = 10_000;

  /**
   * Reads the first of the files that is there; no factors if none is.
   *
   * @throws ConfigurationException with every problem of the file
   */
  public static Factors load(List<Path> candidates) throws IOException, ConfigurationException {
    for (Path file : candidates) {
      if (Files.exists(file)) {
        Problems problems = new Problems();
        Factors factors = from(YamlDocument.read(file, problems));
        problems.refuseIfAny();
        return factors.of(file);
      }
    }
    return NONE;
  }

  private Factors of(Path file) {
    return new Factors(pue, gramsCo2ePerKilowattHour, euroPerKilowattHour, Optional.of(file));
  }

  /** Binds the document, of whatever file; problems go to the section's collector. */
  public static Factors from(YamlSection top) {
    top.oneOf("schema", List.of(SCHEMA));
    Factors factors =
        new Factors(
            factor(top, "pue", 1, MAX_PUE),
            factor(top, "gCo2ePerKwh", MIN_PER_KILOWATT_HOUR, MAX_PER_KILOWATT_HOUR),
            factor(top, "euroPerKwh", MIN_PER_KILOWATT_HOUR, MAX_PER_KILOWATT_HOUR),
            Optional.empty());
    top.refuseUnknownKeys();
    return factors;
  }

  private static Optional<Factor> factor(YamlSection top, String key, double min, double max) {
    if (!top.has(key)) {
      return Optional.empty();
    }
    YamlSection section = top.section(key);
    if (!top.hasMapping(key)) {
      // said by section(): a number alone has neither source nor date to judge
      return Optional.empty();
    }
    OptionalDouble value = section.number("value", min, max);
    section.require("value");
    String source = section.requiredString("source");
    section.require("date");
    Optional<String> date = section.value("date", date());
    section.refuseUnknownKeys();
    return value.isPresent() && date.isPresent()
        ? Optional.of(new Factor(BigDecimal.valueOf(value.getAsDouble()), source, date.get()))
        : Optional.empty();
  }

  private static ScalarType<String> date() {
    return ScalarType.of(
        "YYYY, YYYY-MM, YYYY-MM-DD",
        text -> Optional.of(text).filter(t -> DATE.matcher(t).matches()));
  }

  /** Grams of CO2 equivalent, to six decimals. */
  public Optional<BigDecimal> gramsCo2e(BigDecimal kilowattHours) {
    return apply(gramsCo2ePerKilowattHour, kilowattHours);
  }

  /** Euros, to six decimals. */
  public Optional<BigDecimal> euros(BigDecimal kilowattHours) {
    return apply(euroPerKilowattHour, kilowattHours);
  }

  private Optional<BigDecimal> apply(Optional<Factor> factor, BigDecimal kilowattHours) {
    BigDecimal overhead = pue.map(Factor::value).orElse(BigDecimal.ONE);
    return factor.map(
        per ->
            kilowattHours
                .multiply(overhead)
                .multiply(per.value(), MathContext.DECIMAL128)
                .setScale(6, RoundingMode.HALF_UP));
  }
}
