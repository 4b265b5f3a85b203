package org.sobre.energy.accrual;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.sobre.energy.ledger.JobLine;
import org.sobre.hardware.json.JsonObject;
import org.sobre.hardware.json.JsonShapeException;

/** What the head of a checkpoint says of a run besides its line. */
final class RunMarkJson {

  private RunMarkJson() {}

  static void write(JsonGenerator json, Checkpoint.RunMark run) throws IOException {
    json.writeStartObject();
    json.writeNumberField("beginNanos", run.beginNanos());
    if (run.endNanos().isPresent()) {
      json.writeNumberField("endNanos", run.endNanos().getAsLong());
    }
    if (run.waitStatus().isPresent()) {
      json.writeNumberField("waitStatus", run.waitStatus().getAsInt());
    }
    if (run.wrapper().isPresent()) {
      json.writeNumberField("wrapperPid", run.wrapper().get().pid());
      json.writeNumberField("wrapperStartTicks", run.wrapper().get().startTicks());
    }
    LoadSumsJson.write(json, run.load());
    PowerSumJson.write(json, run.power());
    if (run.seenNanos().isPresent()) {
      json.writeNumberField("seenNanos", run.seenNanos().getAsLong());
    }
    json.writeEndObject();
  }

  static Checkpoint.RunMark read(JsonObject mark, JobLine line) throws JsonShapeException {
    OptionalLong status = mark.integer("waitStatus");
    return new Checkpoint.RunMark(
        line,
        mark.requiredInteger("beginNanos"),
        mark.integer("endNanos"),
        status.isPresent()
            ? OptionalInt.of(Math.toIntExact(status.getAsLong()))
            : OptionalInt.empty(),
        wrapper(mark),
        LoadSumsJson.read(mark),
        PowerSumJson.read(mark),
        mark.integer("seenNanos"));
  }

  private static Optional<WrapperProcess> wrapper(JsonObject mark) throws JsonShapeException {
    return mark.integer("wrapperPid").isPresent()
        ? Optional.of(
            new WrapperProcess(
                mark.requiredInteger("wrapperPid"), mark.requiredInteger("wrapperStartTicks")))
        : Optional.empty();
  }
}
