package org.sobre.energy.ledger;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.sobre.hardware.json.JsonObject;
import org.sobre.hardware.json.JsonShapeException;
import org.sobre.slurm.job.JobKey;

/** JSON to ledger line. Null and absent read the same. */
final class LineDecoder {

  private static final Instant END_OF_TIME = Instant.parse("+10000-01-01T00:00:00Z");

  /** Thirty years. */
  static final long LONGEST_MILLIS = 1_000_000_000_000L;

  static final Pattern OPEN_WORD = Pattern.compile("[a-z][a-z0-9-]*");

  private LineDecoder() {}

  static LedgerLine decode(JsonObject json) throws JsonShapeException {
    long version = json.requiredInteger("v");
    if (version < 1 || version > LedgerCodec.VERSION) {
      throw new JsonShapeException(
          "v: expected "
              + LedgerCodec.VERSION
              + ", found "
              + version
              + "; a newer Sobre wrote this line: upgrade this one");
    }
    String kind = json.requiredString("kind");
    return switch (kind) {
      case "boot" -> boot(json);
      case "balance" -> balance(json);
      case "job" -> JobLineDecoder.decode(json);
      default ->
          throw new JsonShapeException(
              "kind: expected boot, balance or job, found \"" + kind + "\"");
    };
  }

  static LineHeader header(JsonObject json) throws JsonShapeException {
    return new LineHeader(
        json.requiredString("cluster"),
        json.requiredString("node"),
        json.requiredString("boot"),
        json.requiredInteger("seq"),
        json.string("prev"),
        json.bool("clockUnset").orElse(false));
  }

  private static BootLine boot(JsonObject json) throws JsonShapeException {
    Optional<BootLine.PreviousBoot> previous = Optional.empty();
    Optional<String> boot = json.string("previousBoot");
    if (boot.isPresent()) {
      previous =
          Optional.of(new BootLine.PreviousBoot(boot.get(), json.requiredInteger("previousSeq")));
    }
    return new BootLine(header(json), instant(json, "at"), previous);
  }

  private static BalanceLine balance(JsonObject json) throws JsonShapeException {
    List<BalanceLine.MeterBalance> meters = new ArrayList<>();
    for (JsonObject meter : json.objects("meters")) {
      meters.add(meter(meter));
    }
    return new BalanceLine(
        header(json),
        json.bool("recovered").orElse(false),
        instant(json, "from"),
        instant(json, "to"),
        millis(json, "elapsedMs"),
        json.integer("clockSetMs").isPresent() ? millis(json, "clockSetMs") : 0,
        meters);
  }

  private static BalanceLine.MeterBalance meter(JsonObject json) throws JsonShapeException {
    List<BalanceLine.JobShare> jobs = new ArrayList<>();
    for (JsonObject share : json.objects("jobs")) {
      jobs.add(share(share));
    }
    List<BalanceLine.OutsideShare> outside = new ArrayList<>();
    for (JsonObject share : json.objects("outsideSlurm")) {
      outside.add(
          new BalanceLine.OutsideShare(
              uid(share, "uid"), EnergyFields.energy(share, "microjoules")));
    }
    return new BalanceLine.MeterBalance(
        meterId(json),
        json.requiredString("source"),
        within(json),
        millis(json, "observedMs"),
        EnergyFields.energy(json, "microjoules"),
        jobs,
        outside,
        EnergyFields.energy(json, "platformMicrojoules"),
        EnergyFields.energy(json, "unknownMicrojoules"));
  }

  private static BalanceLine.JobShare share(JsonObject json) throws JsonShapeException {
    String key = json.requiredString("job");
    return new BalanceLine.JobShare(
        JobKey.parse(key)
            .orElseThrow(
                () ->
                    new JsonShapeException(
                        "job: expected ID.RESTART as 12345.0, found \"" + key + "\"")),
        instant(json, "begin"),
        json.string("account"),
        uid(json, "uid"),
        EnergyFields.energy(json, "microjoules"),
        EnergyFields.idle(json),
        millis(json, "observedMs"),
        fraction(json),
        EnergyFields.basis(json));
  }

  static Optional<BigDecimal> fraction(JsonObject json) throws JsonShapeException {
    OptionalDouble fraction = json.number("fraction");
    return fraction.isPresent()
        ? Optional.of(BigDecimal.valueOf(fraction.getAsDouble()))
        : Optional.empty();
  }

  private static Optional<MeterId> within(JsonObject json) throws JsonShapeException {
    Optional<String> name = json.string("within");
    if (name.isEmpty()) {
      return Optional.empty();
    }
    Optional<MeterId> meter = MeterId.parse(name.get());
    if (meter.isEmpty()) {
      throw new JsonShapeException(
          "within: expected PART/DEVICE as node/bmc, found \"" + name.get() + "\"");
    }
    return meter;
  }

  static MeterId meterId(JsonObject json) throws JsonShapeException {
    return new MeterId(
        word(json, "part", Part::ofJsonName, Part.values(), Part::jsonName),
        json.requiredString("device"));
  }

  /** A wall clock that was never set says 1970; later than 9999 has no place in a file's name. */
  static Instant instant(JsonObject json, String key) throws JsonShapeException {
    String text = json.requiredString(key);
    try {
      Instant instant = WrittenInstant.parse(text);
      if (isInTime(instant)) {
        return instant;
      }
    } catch (DateTimeException e) {
      // Told below, as a time out of range is.
    }
    throw new JsonShapeException(
        key
            + ": expected an instant as 2026-11-20T14:00:00Z, of the years 1970 to 9999, found \""
            + text
            + "\"");
  }

  static boolean isInTime(Instant instant) {
    return !instant.isBefore(Instant.EPOCH) && instant.isBefore(END_OF_TIME);
  }

  /** Sums of them must fit a long; whether they are below 0 is for the verification to tell. */
  static long millis(JsonObject json, String key) throws JsonShapeException {
    long millis = json.requiredInteger(key);
    if (Math.abs(millis / LONGEST_MILLIS) > 0) {
      throw new JsonShapeException(
          key + ": expected less than " + LONGEST_MILLIS + " ms, found " + millis);
    }
    return millis;
  }

  static int uid(JsonObject json, String key) throws JsonShapeException {
    return intWithin(key, json.requiredInteger(key), 0);
  }

  static int intWithin(String key, long value, int min) throws JsonShapeException {
    if (value < min || value > Integer.MAX_VALUE) {
      throw new JsonShapeException(
          key + ": expected " + min + " to " + Integer.MAX_VALUE + ", found " + value);
    }
    return (int) value;
  }

  /**
   * A word of a list that may grow within a version (docs/contracts/README.md): any word is taken,
   * what is no word is not.
   */
  static String openWord(JsonObject json, String key) throws JsonShapeException {
    String word = json.requiredString(key);
    if (!OPEN_WORD.matcher(word).matches()) {
      throw new JsonShapeException(
          key + ": expected a word of small letters and dashes, found \"" + word + "\"");
    }
    return word;
  }

  static <E> E word(
      JsonObject json,
      String key,
      Function<String, Optional<E>> parse,
      E[] all,
      Function<E, String> name)
      throws JsonShapeException {
    String text = json.requiredString(key);
    Optional<E> value = parse.apply(text);
    if (value.isEmpty()) {
      throw new JsonShapeException(
          key
              + ": expected one of "
              + String.join(", ", Arrays.stream(all).map(name).toList())
              + ", found \""
              + text
              + "\"");
    }
    return value.get();
  }
}
