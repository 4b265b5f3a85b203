package org.sobre.energy.ledger;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.OptionalLong;
import org.sobre.slurm.job.JobFacts;

/** The body of a job line. */
final class JobLineEncoder {

  private final JsonGenerator json;
  private final LineEncoder line;

  JobLineEncoder(JsonGenerator json, LineEncoder line) {
    this.json = json;
    this.line = line;
  }

  void write(JobLine job) throws IOException {
    json.writeBooleanField("recovered", job.recovered());
    facts(job.facts());
    json.writeStringField("begin", job.begin().toString());
    json.writeStringField("end", job.end().toString());
    json.writeStringField("beginFrom", job.beginFrom().jsonName());
    json.writeStringField("endFrom", job.endFrom().jsonName());
    if (job.waitStatus().isPresent()) {
      json.writeNumberField("waitStatus", job.waitStatus().getAsInt());
    }
    json.writeNumberField("elapsedMs", job.elapsedMillis());
    held(job.held());
    json.writeArrayFieldStart("energy");
    for (JobLine.PartEnergy part : job.energy()) {
      part(part);
    }
    json.writeEndArray();
    if (job.use().isPresent()) {
      use(job.use().get());
    }
    if (job.declared().isPresent()) {
      declared(job.declared().get());
    }
    balances(job);
  }

  private void facts(JobFacts facts) throws IOException {
    json.writeObjectFieldStart("job");
    json.writeNumberField("id", facts.key().id());
    json.writeNumberField("restart", facts.key().restart());
    json.writeNullField("sluid");
    line.stringOrNull("account", facts.account());
    json.writeStringField("user", facts.user());
    json.writeNumberField("uid", facts.uid());
    line.stringOrNull("partition", facts.partition());
    json.writeEndObject();
  }

  private void held(JobLine.Held held) throws IOException {
    json.writeObjectFieldStart("held");
    json.writeNumberField("cpus", held.cpus());
    line.ifPresent("memoryMiB", held.memoryMebibytes());
    json.writeArrayFieldStart("gpus");
    for (JobLine.HeldGpu gpu : held.gpus()) {
      json.writeStartObject();
      json.writeStringField("device", gpu.device());
      json.writeStringField("type", gpu.type());
      line.stringOrNull("partition", gpu.partition());
      if (gpu.shards().isPresent()) {
        json.writeNumberField("shards", gpu.shards().getAsLong());
      } else {
        json.writeNullField("shards");
      }
      json.writeNumberField("fraction", gpu.fraction());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private void part(JobLine.PartEnergy part) throws IOException {
    json.writeStartObject();
    line.meterId(part.meter());
    line.energy("microjoules", part.energy());
    line.idle(part.idle());
    json.writeNumberField("observedMs", part.observedMillis());
    line.stringOrNull("missing", part.missing());
    json.writeEndObject();
  }

  private void use(JobLine.GpuUse use) throws IOException {
    json.writeObjectFieldStart("use");
    line.ifPresent("gpuBusyMs", use.busyMillis());
    line.ifPresent("heldIdleMs", use.heldIdleMillis());
    line.ifPresent("vramPeakMiB", use.vramPeakMebibytes());
    line.ifPresent("powerPeakMilliwatts", use.powerPeakMilliwatts());
    json.writeEndObject();
  }

  private void declared(JobLine.Declared declared) throws IOException {
    json.writeObjectFieldStart("declared");
    json.writeNumberField("byUid", declared.byUid());
    line.stringOrNull("profile", declared.profile());
    numberOrNull("batchSize", declared.batchSize());
    line.stringOrNull("unit", declared.unit());
    numberOrNull("items", declared.items());
    numberOrNull("tokensIn", declared.tokensIn());
    numberOrNull("tokensOut", declared.tokensOut());
    json.writeEndObject();
  }

  private void balances(JobLine job) throws IOException {
    if (job.firstBalance().isPresent() || job.lastBalance().isPresent()) {
      json.writeObjectFieldStart("balances");
      line.ifPresent("firstSeq", job.firstBalance());
      line.ifPresent("lastSeq", job.lastBalance());
      json.writeEndObject();
    }
  }

  private void numberOrNull(String key, OptionalLong value) throws IOException {
    json.writeFieldName(key);
    if (value.isPresent()) {
      json.writeNumber(value.getAsLong());
    } else {
      json.writeNull();
    }
  }
}
