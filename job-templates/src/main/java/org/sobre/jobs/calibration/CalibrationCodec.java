package org.sobre.jobs.calibration;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.sobre.hardware.json.JsonObject;
import org.sobre.hardware.json.JsonShapeException;
import org.sobre.hardware.units.MemorySize;
import org.sobre.jobs.calibration.CalibrationLine.Kind;
import org.sobre.jobs.profile.MemoryModel;

/** A line of a calibration file, there and back: docs/contracts/calibration.schema.json. */
final class CalibrationCodec {

  private static final int VERSION = 1;
  private static final long MOST_MEBIBYTES = 1L << 30;
  private static final int MOST_PROCESSES = 1 << 20;
  private static final String JOINED = "expandable_segments";

  private CalibrationCodec() {}

  /** Without its line feed. */
  static String encode(CalibrationLine line) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("v", VERSION);
    json.put("kind", line.kind().jsonName());
    json.put("profile", line.key().profile());
    json.put("variant", line.key().variant());
    json.put("key", line.key().recipe());
    json.put("arch", line.key().arch());
    line.framework().ifPresent(name -> json.put("framework", name));
    json.put("batch", line.batch());
    // a ceiling holds for all that was there, a point for no more than was
    boolean met = line.kind() == Kind.CEILING;
    json.put("budgetMiB", met ? roundedUp(line.budget()) : line.budget().mebibytes());
    line.peak()
        .ifPresent(
            peak -> {
              json.put("peakMiB", roundedUp(peak.taken()));
              peak.allocated().ifPresent(a -> json.put("peakAllocatedMiB", roundedUp(a)));
            });
    line.itemsPerSecond().ifPresent(rate -> json.put("itemsPerSecond", rate));
    line.words().ifPresent(words -> json.put("signature", words));
    if (line.processes() > 1) {
      json.put("processes", line.processes());
    }
    if (line.joined()) {
      json.put("allocator", JOINED);
    }
    json.put("at", line.at().toString());
    try {
      return JSON.std.asString(json);
    } catch (IOException e) {
      throw new UncheckedIOException("a map of texts and numbers is JSON", e);
    }
  }

  /** Never too little of what was taken. */
  private static long roundedUp(MemorySize size) {
    return Math.addExact(size.bytes(), (1L << 20) - 1) >> 20;
  }

  /** Empty for a line of another version, of a kind that is not known, or that is none. */
  static Optional<CalibrationLine> decode(String text) {
    try {
      JsonObject json = JsonObject.parse(text);
      Optional<Kind> kind = kind(json.requiredString("kind"));
      if (json.requiredInteger("v") != VERSION || kind.isEmpty()) {
        return Optional.empty();
      }
      return Optional.of(
          new CalibrationLine(
              kind.get(),
              key(json),
              json.string("framework"),
              Math.toIntExact(within("batch", json, MemoryModel.LARGEST_BATCH)),
              size("budgetMiB", json),
              kind.get() == Kind.POINT ? Optional.of(peak(json)) : Optional.empty(),
              json.number("itemsPerSecond"),
              json.string("signature"),
              Instant.parse(json.requiredString("at")),
              processes(json),
              json.string("allocator").equals(Optional.of(JOINED))));
    } catch (JsonShapeException | DateTimeException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** Lines of before were not asked: they count as one process's. */
  private static int processes(JsonObject json) throws JsonShapeException {
    return json.integer("processes").isPresent()
        ? Math.toIntExact(within("processes", json, MOST_PROCESSES))
        : 1;
  }

  private static Optional<Kind> kind(String word) {
    for (Kind kind : Kind.values()) {
      if (kind.jsonName().equals(word)) {
        return Optional.of(kind);
      }
    }
    return Optional.empty();
  }

  private static CalibrationKey key(JsonObject json) throws JsonShapeException {
    return new CalibrationKey(
        json.requiredString("profile"),
        json.requiredString("variant"),
        json.requiredString("key"),
        json.requiredString("arch"));
  }

  private static Peak peak(JsonObject json) throws JsonShapeException {
    OptionalLong allocated = json.integer("peakAllocatedMiB");
    return new Peak(
        size("peakMiB", json),
        allocated.isPresent() ? Optional.of(size("peakAllocatedMiB", json)) : Optional.empty());
  }

  private static MemorySize size(String name, JsonObject json) throws JsonShapeException {
    return MemorySize.ofMebibytes(within(name, json, MOST_MEBIBYTES));
  }

  private static long within(String name, JsonObject json, long most) throws JsonShapeException {
    long value = json.requiredInteger(name);
    if (value < 0 || value > most) {
      throw new JsonShapeException(
          String.format(Locale.ROOT, "%s: expected 0 to %d, found %d", name, most, value));
    }
    return value;
  }
}
