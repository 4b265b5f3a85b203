package org.sobre.energy.ledger;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.math.BigDecimal;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.sobre.hardware.units.Energy;

/**
 * The tokens of a line that is as {@link LineEncoder} writes them. Whatever is not so is {@link
 * Odd}: a key twice or of a later version, a number that is no long, a text that is not ASCII. It
 * says no more, for {@link LineDecoder} then reads the line and tells what it makes of it.
 */
final class LineStream implements AutoCloseable {

  /** Not as expected. Without a stack, for it says nothing and may be thrown of every line. */
  static final class Odd extends Exception {

    private static final long serialVersionUID = 1;

    Odd() {
      super("not as this version writes it", null, false, false);
    }
  }

  private static final JsonFactory JSON = new JsonFactory();
  private static final VarHandle EIGHT_BYTES =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
  private static final long HIGH_BITS = 0x8080808080808080L;

  private final JsonParser parser;

  /**
   * @param line of ASCII; begins with a brace and a quote, so that it is no UTF-16
   */
  LineStream(byte[] line) throws IOException, Odd {
    if (line.length < 2 || line[0] != '{' || line[1] != '"' || !isAscii(line)) {
      throw new Odd();
    }
    this.parser = JSON.createParser(line);
    require(parser.nextToken() == JsonToken.START_OBJECT);
  }

  private static boolean isAscii(byte[] line) {
    int at = 0;
    long any = 0;
    for (; at + Long.BYTES <= line.length; at += Long.BYTES) {
      any |= (long) EIGHT_BYTES.get(line, at);
    }
    for (; at < line.length; at++) {
      any |= line[at];
    }
    return (any & HIGH_BITS) == 0;
  }

  static void require(boolean isSo) throws Odd {
    if (!isSo) {
      throw new Odd();
    }
  }

  /** What has to be there. */
  static <T> T required(@Nullable T value) throws Odd {
    if (value == null) {
      throw new Odd();
    }
    return value;
  }

  /** The next key of the object; null at its end. */
  @Nullable String key() throws IOException {
    return parser.nextFieldName();
  }

  /** At the end of an object: as many keys were read as there are bits of different ones. */
  static void requireOnce(int keys, long bits) throws Odd {
    require(keys == Long.bitCount(bits));
  }

  /** After the end of the line's object. */
  void requireEnd() throws IOException, Odd {
    require(parser.nextToken() == null);
  }

  /** A text; null where it is. */
  @Nullable String text() throws IOException, Odd {
    String text = parser.nextTextValue();
    require(text != null || parser.currentToken() == JsonToken.VALUE_NULL);
    return text;
  }

  Optional<String> optionalText() throws IOException, Odd {
    return Optional.ofNullable(text());
  }

  Part part() throws IOException, Odd {
    return Part.ofJsonName(requiredText()).orElseThrow(Odd::new);
  }

  String requiredText() throws IOException, Odd {
    return required(text());
  }

  boolean truth() throws IOException, Odd {
    Boolean truth = parser.nextBooleanValue();
    return required(truth);
  }

  long number() throws IOException, Odd {
    require(parser.nextToken() == JsonToken.VALUE_NUMBER_INT);
    return longValue();
  }

  OptionalLong optionalNumber() throws IOException, Odd {
    return optionalNumber(parser.nextToken());
  }

  private OptionalLong optionalNumber(@Nullable JsonToken token) throws IOException, Odd {
    if (token == JsonToken.VALUE_NULL) {
      return OptionalLong.empty();
    }
    require(token == JsonToken.VALUE_NUMBER_INT);
    return OptionalLong.of(longValue());
  }

  private long longValue() throws IOException, Odd {
    require(parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER);
    return parser.getLongValue();
  }

  int numberFrom0() throws IOException, Odd {
    long number = number();
    require(number >= 0 && number <= Integer.MAX_VALUE);
    return (int) number;
  }

  /** A length of time that {@link LineDecoder#millis} takes. */
  long millis() throws IOException, Odd {
    long millis = number();
    require(Math.abs(millis / LineDecoder.LONGEST_MILLIS) == 0);
    return millis;
  }

  BigDecimal fraction() throws IOException, Odd {
    JsonToken token = parser.nextToken();
    require(token == JsonToken.VALUE_NUMBER_FLOAT);
    return BigDecimal.valueOf(parser.getDoubleValue());
  }

  Instant instant() throws IOException, Odd {
    Instant instant = WrittenInstant.parse(requiredText());
    require(LineDecoder.isInTime(instant));
    return instant;
  }

  Optional<Energy> energy() throws IOException, Odd {
    return Optional.of(Energy.ofMicrojoules(number()));
  }

  /** An object of microjoules by quality. */
  EnergyByQuality energies() throws IOException, Odd {
    beginObject();
    long counter = 0;
    long sampled = 0;
    long modelled = 0;
    int keys = 0;
    long bits = 0;
    for (String key = key(); key != null; key = key()) {
      keys++;
      switch (key) {
        case "counter" -> {
          counter = number();
          bits |= 1;
        }
        case "sampled" -> {
          sampled = number();
          bits |= 1 << 1;
        }
        case "modelled" -> {
          modelled = number();
          bits |= 1 << 2;
        }
        default -> throw new Odd();
      }
    }
    requireOnce(keys, bits);
    return EnergyByQuality.ofMicrojoules(counter, sampled, modelled);
  }

  void beginObject() throws IOException, Odd {
    require(parser.nextToken() == JsonToken.START_OBJECT);
  }

  void beginArray() throws IOException, Odd {
    require(parser.nextToken() == JsonToken.START_ARRAY);
  }

  /** The numbers of an array in which one that is not known is null. */
  List<OptionalLong> optionalNumbers() throws IOException, Odd {
    beginArray();
    List<OptionalLong> numbers = new ArrayList<>();
    for (JsonToken token = parser.nextToken();
        token != JsonToken.END_ARRAY;
        token = parser.nextToken()) {
      numbers.add(optionalNumber(token));
    }
    return numbers;
  }

  /** Whether an object begins; false where there is null. */
  boolean optionalObject() throws IOException, Odd {
    JsonToken token = parser.nextToken();
    require(token == JsonToken.START_OBJECT || token == JsonToken.VALUE_NULL);
    return token == JsonToken.START_OBJECT;
  }

  /** Whether an object of an array begins; false where the array ends. */
  boolean nextObject() throws IOException, Odd {
    JsonToken token = parser.nextToken();
    require(token == JsonToken.START_OBJECT || token == JsonToken.END_ARRAY);
    return token == JsonToken.START_OBJECT;
  }

  @Override
  public void close() throws IOException {
    parser.close();
  }
}
