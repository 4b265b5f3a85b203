package org.sobre.energy.ledger;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.List;
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
    line.instant("begin", job.begin());
    line.instant("end", job.end());
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
    RunJson figures = new RunJson(json, RunJson.Figures.EXACT);
    figures.use(job.use());
    counterChecks(job.counterCheck());
    figures.powerProfile(job.powerProfile());
    if (job.declared().isPresent()) {
      declared(job.declared().get());
    }
    balances(job);
  }

  private void facts(JobFacts facts) throws IOException {
    json.writeObjectFieldStart("job");
    json.writeNumberField("id", facts.key().id());
    json.writeNumberField("restart", facts.key().restart());
    line.stringOrNull("sluid", facts.sluid());
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
      line.fraction(gpu.fraction());
      line.ifPresent("memoryTotalMiB", gpu.memoryTotalMebibytes());
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
    line.basis(part.basis());
    json.writeNumberField("observedMs", part.observedMillis());
    line.stringOrNull("missing", part.missing());
    json.writeEndObject();
  }

  /** No key where no device told its energy in two ways. */
  private void counterChecks(List<JobLine.CounterCheck> checks) throws IOException {
    if (!checks.isEmpty()) {
      json.writeArrayFieldStart("counterCheck");
      for (JobLine.CounterCheck check : checks) {
        json.writeStartObject();
        json.writeStringField("device", check.device());
        json.writeNumberField("counterMicrojoules", check.counter().microjoules());
        json.writeNumberField("integratedMicrojoules", check.integrated().microjoules());
        json.writeBooleanField("trusted", check.trusted());
        json.writeEndObject();
      }
      json.writeEndArray();
    }
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
