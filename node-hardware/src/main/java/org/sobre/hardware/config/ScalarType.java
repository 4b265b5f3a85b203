package org.sobre.hardware.config;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Period;
import java.time.ZoneId;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import org.sobre.hardware.message.Messages;
import org.sobre.hardware.units.MemorySize;

/**
 * What the text of a YAML scalar may be, how it is read, and what to call it in a message.
 *
 * @param <T> what it is read to
 */
public final class ScalarType<T> {

  private static final Messages MESSAGES = Messages.of(ScalarType.class);

  private static final List<Duration> ROUND =
      List.of(
          Duration.ofSeconds(1),
          Duration.ofSeconds(10),
          Duration.ofMinutes(1),
          Duration.ofMinutes(10),
          Duration.ofHours(1));

  private final String expected;
  private final Collection<String> words;
  private final Function<String, Optional<T>> parse;

  private ScalarType(
      String expected, Collection<String> words, Function<String, Optional<T>> parse) {
    this.expected = expected;
    this.words = words;
    this.parse = parse;
  }

  /**
   * A type of one module only.
   *
   * @param expected goes after "expected", as {@code jdbc:sqlite:FILE}
   * @param parse empty for a text that is none
   */
  public static <T> ScalarType<T> of(String expected, Function<String, Optional<T>> parse) {
    return new ScalarType<>(expected, List.of(), parse);
  }

  /** Whatever a text says. */
  public static ScalarType<String> text() {
    return of(MESSAGES.text("type.text"), Optional::of);
  }

  /** A text with something in it: a program's name or path. */
  public static ScalarType<String> program() {
    return of(MESSAGES.text("type.program"), text -> Optional.of(text).filter(t -> !t.isEmpty()));
  }

  static ScalarType<Boolean> truth() {
    return of(MESSAGES.text("type.truth"), ScalarText::truth);
  }

  static ScalarType<Long> wholeNumber(long min, long max) {
    return of(
        MESSAGES.text("type.wholeNumber", min, max),
        text -> ScalarText.wholeNumber(text, min, max));
  }

  /**
   * A whole number, or a word for none; the word reads as absent.
   *
   * @param word as {@code off}
   */
  public static ScalarType<OptionalLong> wholeNumberOr(String word, long min, long max) {
    return of(
        MESSAGES.text("type.wholeNumberOr", word, min, max),
        text ->
            text.equals(word)
                ? Optional.of(OptionalLong.empty())
                : ScalarText.wholeNumber(text, min, max).map(OptionalLong::of));
  }

  /** A count of MiB without its unit, which the key's name has. */
  public static ScalarType<Long> mebibytes(long max) {
    return of(MESSAGES.text("type.mebibytes", max), text -> ScalarText.wholeNumber(text, 0, max));
  }

  static ScalarType<Double> number(double min, double max) {
    return of(
        MESSAGES.text("type.number", ScalarText.plain(min), ScalarText.plain(max)),
        text -> ScalarText.number(text, min, max));
  }

  static ScalarType<Duration> duration(Duration min, Duration max) {
    return of(
        MESSAGES.text(
            "type.duration",
            ScalarText.human(min),
            ScalarText.human(max),
            ScalarText.human(exampleBetween(min, max))),
        text ->
            ScalarText.duration(text).filter(d -> d.compareTo(min) >= 0 && d.compareTo(max) <= 0));
  }

  /** A round one that is no end of the range, for people take an example as it stands. */
  private static Duration exampleBetween(Duration min, Duration max) {
    return ROUND.stream()
        .filter(round -> round.compareTo(min) > 0 && round.compareTo(max) < 0)
        .findFirst()
        .orElse(min);
  }

  /** One of the words, in the spelling given. */
  public static ScalarType<String> oneOf(Collection<String> words) {
    return new ScalarType<>(
        MESSAGES.text("type.oneOf", String.join(", ", words)),
        words,
        text -> Optional.of(text).filter(words::contains));
  }

  /** The path of a file or directory that does not depend on where a command is started. */
  public static ScalarType<Path> absolutePath() {
    return of(
        MESSAGES.text("type.absolutePath"),
        text -> {
          try {
            return Optional.of(Path.of(text)).filter(Path::isAbsolute);
          } catch (InvalidPathException e) {
            return Optional.empty();
          }
        });
  }

  /**
   * {@code host:port}, or a host alone where a port has a standard.
   *
   * @param portNeeded whether the host alone is refused
   */
  public static ScalarType<String> hostAndPort(boolean portNeeded, String example) {
    return of(
        MESSAGES.text(portNeeded ? "type.hostAndPort" : "type.hostAndPerhapsPort", example),
        text -> Optional.of(text).filter(t -> ScalarText.isHostAndPort(t, portNeeded)));
  }

  /**
   * One or several of {@link #hostAndPort}, a port not needed, with commas and no blanks between.
   */
  public static ScalarType<List<String>> hostsAndPorts(String example) {
    return of(
        MESSAGES.text("type.hostsAndPerhapsPorts", example),
        text ->
            Optional.of(List.of(text.split(",", -1)))
                .filter(hosts -> hosts.stream().allMatch(h -> ScalarText.isHostAndPort(h, false))));
  }

  /** {@code 16MiB}, {@code 2GB}. */
  public static ScalarType<MemorySize> memorySize() {
    return of(MESSAGES.text("type.memorySize"), ScalarText::memorySize);
  }

  /** {@code 10%}; read as a share of one. */
  public static ScalarType<Double> percentage() {
    return of(MESSAGES.text("type.percentage"), ScalarText::percentage);
  }

  /** {@code 24mo}, {@code 2y}, {@code 90d}. */
  public static ScalarType<Period> period() {
    return of(MESSAGES.text("type.period"), ScalarText::period);
  }

  /** A Unix group by its name, of a directory too: no number, and nothing that group(5) parts. */
  static ScalarType<String> groupName() {
    return of(
        MESSAGES.text("type.groupName"),
        text -> Optional.of(text).filter(name -> name.matches("(?!\\d+$)[^-:,\\s][^:,\\s]{0,63}")));
  }

  /** Of the time zone database. */
  static ScalarType<ZoneId> timeZone() {
    return new ScalarType<>(
        MESSAGES.text("type.timeZone"),
        ZoneId.getAvailableZoneIds(),
        text -> {
          try {
            return Optional.of(ZoneId.of(text));
          } catch (DateTimeException e) {
            return Optional.empty();
          }
        });
  }

  Optional<T> parse(String text) {
    return parse.apply(text);
  }

  /** What is said of a text that is none of these. */
  String refusal(String found) {
    return found.isBlank()
        ? refusalOf(MESSAGES.text("kind.nothing"))
        : MESSAGES.text("expected.found", expected, ScalarText.shown(found))
            + Suggestion.clause(found, words)
            + commaClause(found);
  }

  /** Of what is right with a point where it has its one comma. */
  private String commaClause(String found) {
    return found.strip().matches("-?\\d{1,18},\\d{1,18}")
            && parse(found.strip().replace(',', '.')).isPresent()
        ? MESSAGES.text("decimalComma")
        : "";
  }

  /** What is said of a list or a mapping in its place. */
  String refusalOf(String kind) {
    return MESSAGES.text("expected.kind", expected, kind);
  }
}
