package org.sobre.energy.accrual;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.sobre.hardware.json.JsonObject;
import org.sobre.hardware.json.JsonShapeException;

/** Sums of power steps among the keys of a run that a checkpoint carries. */
final class PowerSumJson {

  private static final String KEY = "powerSums";

  private PowerSumJson() {}

  static void write(JsonGenerator json, List<PowerSum> sums) throws IOException {
    if (sums.isEmpty()) {
      return;
    }
    json.writeArrayFieldStart(KEY);
    for (PowerSum sum : sums) {
      json.writeStartObject();
      json.writeNumberField("step", sum.step());
      if (sum.meter().isPresent()) {
        json.writeStringField("part", sum.meter().get().part().jsonName());
        json.writeStringField("device", sum.meter().get().device());
      }
      json.writeNumberField("microjoules", sum.microjoules());
      json.writeNumberField("observedNanos", sum.observedNanos());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  /** None of a checkpoint of an earlier version. */
  static List<PowerSum> read(JsonObject run) throws JsonShapeException {
    List<PowerSum> sums = new ArrayList<>();
    for (JsonObject sum : run.objects(KEY)) {
      sums.add(
          new PowerSum(
              Math.toIntExact(sum.requiredInteger("step")),
              sum.string("part").isPresent()
                  ? Optional.of(IntervalJson.meter(sum))
                  : Optional.empty(),
              sum.requiredInteger("microjoules"),
              sum.requiredInteger("observedNanos")));
    }
    return sums;
  }
}
