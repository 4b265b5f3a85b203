package org.sobre.hardware.message;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A language that Sobre speaks to people. What programs read (JSON, CSV, gres.conf, the ledger) and
 * the daemon's log are the same in every language.
 *
 * <p>The language in use is the JVM's locale of category {@code DISPLAY}: it comes from {@code
 * LC_ALL}, {@code LC_MESSAGES} or {@code LANG} unless sobre.yaml sets {@code language}. The
 * category {@code FORMAT} is never touched.
 */
public enum Language {
  ENGLISH("en", Locale.ROOT, '.'),
  FRENCH("fr", Locale.FRENCH, ',');

  private static final Language[] ALL = values();

  private final String code;
  private final Locale locale;
  private final char decimalSign;

  Language(String code, Locale locale, char decimalSign) {
    this.code = code;
    this.locale = locale;
    this.decimalSign = decimalSign;
  }

  /** {@code en}, {@code fr}: as in sobre.yaml. */
  public String code() {
    return code;
  }

  /** For the numbers and names of a text in this language. */
  public Locale locale() {
    return locale;
  }

  /**
   * A decimal number for people: with this language's decimal sign, and no grouping. As a {@link
   * java.text.DecimalFormat} of the locale has it, of which a report would make thousands, and
   * whose first one reads the JVM's data of all locales.
   */
  public String rounded(BigDecimal value, int decimals) {
    String digits =
        value
            .abs()
            .setScale(decimals, RoundingMode.HALF_UP)
            .toPlainString()
            .replace('.', decimalSign);
    return value.signum() < 0 ? "-" + digits : digits;
  }

  /** The language of this process; English for a locale that Sobre does not speak. */
  public static Language current() {
    return ofCode(Locale.getDefault(Locale.Category.DISPLAY).getLanguage()).orElse(ENGLISH);
  }

  /** From now on this process speaks this language. */
  public void speak() {
    Locale.setDefault(Locale.Category.DISPLAY, Locale.forLanguageTag(code));
  }

  public static Optional<Language> ofCode(String code) {
    for (Language language : ALL) {
      if (language.code.equals(code)) {
        return Optional.of(language);
      }
    }
    return Optional.empty();
  }

  /** The codes of all, in order. */
  public static List<String> codes() {
    return Arrays.stream(values()).map(Language::code).toList();
  }
}
