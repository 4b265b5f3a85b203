package org.sobre.hardware.fuzz;

import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Recorded texts, damaged at random and repeatably, for a parser to survive. How many: {@code
 * -Dsobre.fuzz} (default 5000). A failure names its seed; {@code -Dsobre.fuzz.seed} repeats that
 * one alone.
 *
 * <p>A text is mutated from itself and the others of its list, so the list decides the case of a
 * seed; a text found to break a parser is kept as a test of its own.
 */
public final class Mutations {

  private static final int DEFAULT_COUNT = 5000;

  /** A parser is linear in its text: pieces are not multiplied into megabytes. */
  private static final int LONGEST = 1 << 20;

  private static final List<String> WORDS =
      List.of(
          "N/A",
          "[N/A]",
          "None",
          "",
          "ERR!",
          "[Unknown Error]",
          "[GPU requires reset]",
          "GPU is lost",
          "Not Supported",
          "-1",
          "0",
          "99999999999999999999999999",
          "9223372036854775807",
          "4294967295",
          "-0x72ff",
          "1e400",
          "NaN",
          "0000:ff:1f.7",
          "00000000:00:00.0",
          "GPU-00000000-0000-0000-0000-000000000000",
          "null",
          "true",
          "{}",
          "[]",
          "\"");

  /** Also half of a surrogate pair, a byte order mark, and line ends of other systems. */
  private static final String DIRT =
      "\u0000\u0001\u0007\u001b\u007f\u0085\u00a0\u2028\ufeff\ud800\r\n\t <>&\"'{}[]:,;=|+-\\%/.0"
          + "9aZ\u00e9\u0130";

  private final List<String> originals;
  private final Random random;

  private Mutations(List<String> originals, long seed) {
    this.originals = originals;
    this.random = new Random(seed);
  }

  /** What a parser is held to, given a damaged text. */
  @FunctionalInterface
  public interface Check {
    void check(String mutated) throws Exception;
  }

  /**
   * Damages the texts and hands each on.
   *
   * @param originals what the mutations start from and borrow pieces of; at least one
   * @throws AssertionError naming the seed, where the check throws anything or does not end
   */
  public static void survives(List<String> originals, Check check) {
    long only = Long.getLong("sobre.fuzz.seed", -1);
    long first = only < 0 ? 0 : only;
    long count = only < 0 ? Long.getLong("sobre.fuzz", DEFAULT_COUNT) : 1;
    AtomicLong seed = new AtomicLong(first);
    assertTimeoutPreemptively(
        Duration.ofSeconds(60).plus(Duration.ofMillis(10).multipliedBy(count)),
        () -> {
          for (; seed.get() < first + count; seed.incrementAndGet()) {
            one(originals, seed.get(), check);
          }
        },
        () -> "no end with -Dsobre.fuzz.seed=" + seed.get());
  }

  private static void one(List<String> originals, long seed, Check check) {
    try {
      check.check(mutated(originals, seed));
    } catch (Exception | AssertionError | StackOverflowError | OutOfMemoryError e) {
      throw new AssertionError("repeat it with -Dsobre.fuzz.seed=" + seed, e);
    }
  }

  /** One of the texts with one to eight damages: always the same for a seed and a list. */
  public static String mutated(List<String> originals, long seed) {
    Mutations mutations = new Mutations(List.copyOf(originals), seed);
    String text = mutations.anyOf(originals);
    int damages = 1 + mutations.random.nextInt(8);
    for (int i = 0; i < damages; i++) {
      String damaged = mutations.damage(text);
      text = damaged.length() <= LONGEST ? damaged : text;
    }
    return text;
  }

  private String damage(String text) {
    return switch (random.nextInt(24)) {
      case 0 -> text.substring(0, random.nextInt(text.length() + 1));
      case 1 -> text.substring(random.nextInt(text.length() + 1));
      case 2, 3 -> flipBit(text);
      case 4 -> replaced(text, span(text, 200), "");
      case 5 -> doubled(text, span(text, 2000));
      case 6, 7 -> swapLines(text);
      case 8 -> inserted(text, String.valueOf(DIRT.charAt(random.nextInt(DIRT.length()))));
      case 9 -> inserted(text, piece(anyOf(originals)));
      case 10 -> replaced(text, line(text), piece(anyOf(originals)));
      case 11, 12 -> replaced(text, line(text), "");
      case 13 -> doubled(text, line(text));
      case 14, 15, 16 -> replaced(text, number(text), anyOf(WORDS));
      default -> replaced(text, value(text), anyOf(WORDS));
    };
  }

  private <T> T anyOf(List<T> some) {
    return some.get(random.nextInt(some.size()));
  }

  /** A half-open range of a text. */
  private record Span(int from, int to) {}

  private Span span(String text, int longest) {
    int from = random.nextInt(text.length() + 1);
    return new Span(from, Math.min(text.length(), from + 1 + random.nextInt(longest)));
  }

  private Span line(String text) {
    int at = random.nextInt(text.length() + 1);
    int end = text.indexOf('\n', at);
    return new Span(text.lastIndexOf('\n', at - 1) + 1, end < 0 ? text.length() : end + 1);
  }

  /** The digits at, or after, some place. */
  private Span number(String text) {
    int from = random.nextInt(text.length() + 1);
    while (from < text.length() && !Character.isDigit(text.charAt(from))) {
      from++;
    }
    int to = from;
    while (to < text.length() && Character.isDigit(text.charAt(to))) {
      to++;
    }
    return new Span(from, to);
  }

  /** What stands between the marks around some place: of an element, a cell, a JSON string. */
  private Span value(String text) {
    String marks = "<>:,|\"\n=";
    int from = random.nextInt(text.length() + 1);
    int to = from;
    while (from > 0 && marks.indexOf(text.charAt(from - 1)) < 0) {
      from--;
    }
    while (to < text.length() && marks.indexOf(text.charAt(to)) < 0) {
      to++;
    }
    return new Span(from, to);
  }

  private String piece(String other) {
    Span span = random.nextBoolean() ? line(other) : span(other, 3000);
    return other.substring(span.from(), Math.max(span.from(), span.to()));
  }

  private String flipBit(String text) {
    if (text.isEmpty()) {
      return text;
    }
    int at = random.nextInt(text.length());
    char flipped = (char) (text.charAt(at) ^ (1 << random.nextInt(8)));
    return text.substring(0, at) + flipped + text.substring(at + 1);
  }

  private static String replaced(String text, Span span, String by) {
    return text.substring(0, span.from()) + by + text.substring(span.to());
  }

  private String inserted(String text, String what) {
    int at = random.nextInt(text.length() + 1);
    return replaced(text, new Span(at, at), what);
  }

  private String doubled(String text, Span span) {
    String what = text.substring(span.from(), span.to());
    return replaced(text, span, what.repeat(2 + random.nextInt(3)));
  }

  private String swapLines(String text) {
    List<String> lines = new ArrayList<>(List.of(text.split("\n", -1)));
    Collections.swap(lines, random.nextInt(lines.size()), random.nextInt(lines.size()));
    return String.join("\n", lines);
  }
}
