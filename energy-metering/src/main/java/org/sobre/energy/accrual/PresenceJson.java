package org.sobre.energy.accrual;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.Optional;
import org.sobre.energy.attribution.Presence;
import org.sobre.hardware.json.JsonObject;
import org.sobre.hardware.json.JsonShapeException;
import org.sobre.slurm.job.JobKey;

/** A presence that a checkpoint carries. */
final class PresenceJson {

  private PresenceJson() {}

  static void write(JsonGenerator json, Presence presence) throws IOException {
    json.writeStartObject();
    json.writeStringField("device", presence.device());
    json.writeNumberField("uid", presence.uid());
    if (presence.run().isPresent()) {
      json.writeStringField("run", presence.run().get().toString());
    }
    json.writeNumberField("fromNanos", presence.fromNanos());
    if (presence.toNanos().isPresent()) {
      json.writeNumberField("toNanos", presence.toNanos().getAsLong());
    }
    json.writeEndObject();
  }

  static Presence read(JsonObject json) throws JsonShapeException {
    Optional<String> run = json.string("run");
    return new Presence(
        json.requiredString("device"),
        Math.toIntExact(json.requiredInteger("uid")),
        run.isPresent()
            ? Optional.of(
                JobKey.parse(run.get()).orElseThrow(() -> new JsonShapeException("run: no key")))
            : Optional.empty(),
        json.requiredInteger("fromNanos"),
        json.integer("toNanos"));
  }
}
