package org.sobre.energy.accrual;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import org.sobre.hardware.json.JsonObject;
import org.sobre.hardware.json.JsonShapeException;

/** Sums of load among the keys of a run that a checkpoint carries; absent is 0. */
final class LoadSumsJson {

  private LoadSumsJson() {}

  static void write(JsonGenerator json, LoadSums sums) throws IOException {
    if (sums.percentKnownMillis() > 0) {
      json.writeNumberField("busyPercentMs", sums.percentMillis());
      json.writeNumberField("busyPercentKnownMs", sums.percentKnownMillis());
    }
    if (sums.vramKnownMillis() > 0) {
      json.writeNumberField("vramMiBMs", sums.vramMebibyteMillis());
      json.writeNumberField("vramKnownMs", sums.vramKnownMillis());
    }
  }

  static LoadSums read(JsonObject run) throws JsonShapeException {
    return new LoadSums(
        run.integer("busyPercentMs").orElse(0),
        run.integer("busyPercentKnownMs").orElse(0),
        run.integer("vramMiBMs").orElse(0),
        run.integer("vramKnownMs").orElse(0));
  }
}
