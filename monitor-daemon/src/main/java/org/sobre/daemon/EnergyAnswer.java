package org.sobre.daemon;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import org.sobre.energy.accrual.JobView;
import org.sobre.energy.ledger.JobLine.PartEnergy;
import org.sobre.energy.ledger.Quality;

/** What a run is told of its energy: whole joules. */
final class EnergyAnswer {

  private static final int MICROJOULES_PER_JOULE = 1_000_000;

  private EnergyAnswer() {}

  static String of(JobView view) {
    return JsonLine.of(
        json -> {
          json.writeStringField("job", view.job().toString());
          json.writeNumberField("joules", view.joules());
          json.writeNumberField("observedSeconds", view.observedMillis() / 1000);
          json.writeNumberField("elapsedSeconds", view.elapsedMillis() / 1000);
          json.writeArrayFieldStart("parts");
          for (PartEnergy part : view.parts()) {
            for (Quality quality : part.energy().amounts().keySet()) {
              part(json, part, quality);
            }
          }
          json.writeEndArray();
          json.writeArrayFieldStart("missing");
          for (PartEnergy part : view.parts()) {
            if (part.missing().isPresent()) {
              begin(json, part);
              json.writeStringField("reason", part.missing().get());
              json.writeEndObject();
            }
          }
          json.writeEndArray();
        });
  }

  private static void part(JsonGenerator json, PartEnergy part, Quality quality)
      throws IOException {
    begin(json, part);
    json.writeStringField("quality", quality.jsonName());
    json.writeNumberField(
        "joules", part.energy().of(quality).microjoules() / MICROJOULES_PER_JOULE);
    json.writeEndObject();
  }

  private static void begin(JsonGenerator json, PartEnergy part) throws IOException {
    json.writeStartObject();
    json.writeStringField("part", part.meter().part().jsonName());
    json.writeStringField("device", part.meter().device());
  }
}
