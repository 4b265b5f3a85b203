package org.sobre.energy.accrual;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.sobre.energy.ledger.MeterId;
import org.sobre.energy.ledger.Part;
import org.sobre.energy.ledger.Quality;
import org.sobre.energy.meter.MeteredInterval;
import org.sobre.hardware.json.JsonObject;
import org.sobre.hardware.json.JsonShapeException;
import org.sobre.hardware.units.Energy;

/** An interval that a checkpoint carries. */
final class IntervalJson {

  private IntervalJson() {}

  static void write(JsonGenerator json, MeteredInterval interval) throws IOException {
    json.writeStartObject();
    json.writeStringField("part", interval.meter().part().jsonName());
    json.writeStringField("device", interval.meter().device());
    json.writeNumberField("fromNanos", interval.fromNanos());
    json.writeNumberField("toNanos", interval.toNanos());
    json.writeNumberField("microjoules", interval.energy().microjoules());
    json.writeStringField("quality", interval.quality().jsonName());
    if (interval.beside().isPresent()) {
      json.writeNumberField("besideMicrojoules", interval.beside().get().microjoules());
    }
    if (interval.load().isPresent()) {
      MeteredInterval.Load load = interval.load().get();
      json.writeObjectFieldStart("load");
      if (load.busy().isPresent()) {
        json.writeBooleanField("busy", load.busy().get());
      }
      number(json, "memoryUsedMiB", load.memoryUsedMebibytes());
      number(json, "powerMilliwatts", load.powerMilliwatts());
      if (load.busyPercent().isPresent()) {
        json.writeNumberField("busyPercent", load.busyPercent().getAsInt());
      }
      json.writeEndObject();
    }
    json.writeEndObject();
  }

  static MeteredInterval read(JsonObject json) throws JsonShapeException {
    Optional<JsonObject> load = json.object("load");
    OptionalLong beside = json.integer("besideMicrojoules");
    return new MeteredInterval(
        meter(json),
        json.requiredInteger("fromNanos"),
        json.requiredInteger("toNanos"),
        Energy.ofMicrojoules(json.requiredInteger("microjoules")),
        Quality.ofJsonName(json.requiredString("quality"))
            .orElseThrow(() -> new JsonShapeException("quality: unknown")),
        load.isPresent() ? Optional.of(load(load.get())) : Optional.empty(),
        beside.isPresent()
            ? Optional.of(Energy.ofMicrojoules(beside.getAsLong()))
            : Optional.empty());
  }

  static MeterId meter(JsonObject json) throws JsonShapeException {
    return new MeterId(
        Part.ofJsonName(json.requiredString("part"))
            .orElseThrow(() -> new JsonShapeException("part: unknown")),
        json.requiredString("device"));
  }

  private static MeteredInterval.Load load(JsonObject json) throws JsonShapeException {
    OptionalLong percent = json.integer("busyPercent");
    return new MeteredInterval.Load(
        json.bool("busy"),
        json.integer("memoryUsedMiB"),
        json.integer("powerMilliwatts"),
        percent.isPresent()
            ? OptionalInt.of(Math.toIntExact(percent.getAsLong()))
            : OptionalInt.empty());
  }

  private static void number(JsonGenerator json, String key, OptionalLong value)
      throws IOException {
    if (value.isPresent()) {
      json.writeNumberField(key, value.getAsLong());
    }
  }
}
