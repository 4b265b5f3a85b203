package org.sobre.energy.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The fast way of reading a line says the same as the other one, or nothing: on lines as they are
 * written, and on those that something happened to.
 */
final class WrittenLineTest {

  private static final int MUTATIONS = 200;
  private static final Pattern VALUE =
      Pattern.compile("(?<=:)(\"[^\"]*\"|-?[0-9.]+|null|true|false)");
  private static final Pattern PAIR =
      Pattern.compile("\"[a-zA-Z]+\":(\"[^\"]*\"|-?[0-9.]+|null|true|false)");

  private static final List<String> VALUES =
      List.of(
          "null",
          "true",
          "false",
          "0",
          "-1",
          "-0",
          "1",
          "1.0",
          "0.5",
          "1e0",
          "0.0000000001",
          "2147483648",
          "999999999999",
          "1000000000000",
          "-999999999999",
          "9223372036854775807",
          "9223372036854775808",
          "\"\"",
          "\"gpu/GPU-1\"",
          "\"1.0\"",
          "\"12345.0\"",
          "\"2026-02-30T00:00:00Z\"",
          "\"2026-02-28T24:00:00Z\"",
          "\"1969-12-31T23:59:59Z\"",
          "\"2026-02-28T23:59:59.123456Z\"",
          "\"a\\u00e9\\n\"",
          "\"é\"",
          "{}",
          "[]",
          "[{}]",
          "{\"counter\":1,\"counter\":2}",
          "{\"counter\":null}",
          "{\"later\":1}");

  static LongStream seeds() {
    return LongStream.range(0, Long.getLong("sobre.seeds", 100));
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void readsWhatWasWritten(long seed) {
    LedgerLine line = line(seed);
    String text = LedgerCodec.encode(line);
    if (!(line instanceof BootLine) && text.chars().allMatch(c -> c < 128)) {
      assertThat(LedgerCodec.written(bytes(text))).as(text).contains(line);
    }
  }

  @Test
  void theSeedsHaveLinesOfBothKinds() {
    assertThat(LongStream.range(0, 100).mapToObj(WrittenLineTest::line))
        .hasAtLeastOneElementOfType(BalanceLine.class)
        .hasAtLeastOneElementOfType(JobLine.class);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void saysTheSameOfALineThatSomethingHappenedTo(long seed) throws IOException {
    Random random = new Random(seed);
    String text = LedgerCodec.encode(line(seed));
    for (int i = 0; i < MUTATIONS; i++) {
      byte[] mutated = mutated(text, random);
      Optional<LedgerLine> fast = LedgerCodec.written(mutated);
      if (fast.isPresent()) {
        assertThat(judged(mutated))
            .as("seed " + seed + ": " + new String(mutated, StandardCharsets.UTF_8))
            .isEqualTo(fast);
      }
      assertThat(read(mutated)).as("seed " + seed).isEqualTo(told(mutated));
    }
  }

  private static LedgerLine line(long seed) {
    return new RandomLines(seed)
        .line(new LineHeader("cbp", "n1", "boot", 2 + seed, Optional.of("0011223344556677")));
  }

  private static byte[] mutated(String text, Random random) {
    return switch (random.nextInt(7)) {
      case 0 -> bytes(replaced(text, VALUE, random, VALUES.get(random.nextInt(VALUES.size()))));
      case 1 -> bytes(doubled(text, random));
      case 2 -> bytes(text.substring(0, random.nextInt(text.length())));
      case 3 -> bytes(text + List.of("}", " ", "{}", "x", "\r").get(random.nextInt(5)));
      case 4 -> bytes(replaced(text, PAIR, random, "\"ofLater\":[1,{\"a\":2}]"));
      case 5 -> changed(bytes(text), random);
      default -> bytes(without(text, random));
    };
  }

  private static byte[] changed(byte[] line, Random random) {
    line[random.nextInt(line.length)] =
        random.nextBoolean()
            ? (byte) random.nextInt()
            : (byte) "\"{}[]:,0.-\\ \0".charAt(random.nextInt(13));
    // one that ends the line ends the test's too
    return new String(line, StandardCharsets.ISO_8859_1)
        .replace('\n', ' ')
        .getBytes(StandardCharsets.ISO_8859_1);
  }

  private static String replaced(String text, Pattern pattern, Random random, String by) {
    MatchResult place = place(text, pattern, random);
    return text.substring(0, place.start()) + by + text.substring(place.end());
  }

  private static String doubled(String text, Random random) {
    MatchResult pair = place(text, PAIR, random);
    return text.substring(0, pair.end()) + "," + pair.group() + text.substring(pair.end());
  }

  private static String without(String text, Random random) {
    MatchResult pair = place(text, PAIR, random);
    int end = pair.end() + (text.startsWith(",", pair.end()) ? 1 : 0);
    return text.substring(0, pair.start()) + text.substring(end);
  }

  private static MatchResult place(String text, Pattern pattern, Random random) {
    List<MatchResult> all = pattern.matcher(text).results().toList();
    return all.get(random.nextInt(all.size()));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** As the present decoder has it; empty if it refuses it. */
  private static Optional<LedgerLine> judged(byte[] line) {
    try {
      return Optional.of(LedgerCodec.decode(new String(line, StandardCharsets.UTF_8)));
    } catch (LedgerFormatException e) {
      return Optional.empty();
    }
  }

  /** What it makes of it, or why it refuses it. */
  private static String told(byte[] line) {
    try {
      return LedgerCodec.decode(new String(line, StandardCharsets.UTF_8)).toString();
    } catch (LedgerFormatException e) {
      return String.valueOf(e.getMessage());
    }
  }

  /** The same, as a line of a file. */
  private static String read(byte[] line) throws IOException {
    Optional<RawLine> raw =
        new RawLine.Reader(new ByteArrayInputStream(line), /* number= */ 0, /* offset= */ 0).next();
    if (raw.isEmpty()) {
      return told(line);
    }
    try {
      return LedgerCodec.decode(raw.get()).toString();
    } catch (LedgerFormatException e) {
      return String.valueOf(e.getMessage());
    }
  }
}
