package org.sobre.accounting.year;

import java.time.Instant;
import java.util.Optional;

/** The JSON of a job line, after its head. */
final class YearJobLine {

  private YearJobLine() {}

  static CharSequence of(YearRun run) {
    YearJob job = run.job;
    StringBuilder json = new StringBuilder(1_000);
    json.append(",\"recovered\":false,\"job\":{\"id\":").append(job.id);
    json.append(",\"restart\":").append(run.restart);
    json.append(",\"sluid\":null,\"account\":").append(YearLines.quoted(job.account));
    json.append(",\"user\":\"").append(job.user).append("\",\"uid\":").append(job.uid);
    json.append(",\"partition\":\"").append(run.gpu < 0 ? "cpu" : "gpu");
    json.append("\"},\"begin\":\"").append(Instant.ofEpochMilli(run.begin));
    json.append("\",\"end\":\"").append(Instant.ofEpochMilli(run.end));
    json.append("\",\"beginFrom\":\"prolog\",\"endFrom\":\"epilog\",\"waitStatus\":0,");
    json.append("\"elapsedMs\":").append(run.end - run.begin);
    json.append(",\"held\":{\"cpus\":4,\"memoryMiB\":8192,\"gpus\":[");
    if (run.gpu >= 0) {
      json.append("{\"device\":\"").append(run.node.device(run.gpu));
      json.append("\",\"type\":\"").append(run.node.type());
      json.append("\",\"partition\":null,\"shards\":null,\"fraction\":");
      json.append(run.node.shared() ? "0.5" : "1.0").append('}');
    }
    json.append("]},\"energy\":[");
    if (run.gpu >= 0) {
      energy(json, run, run.gpu).append(',');
    }
    energy(json, run, run.node.gpus()).append(']');
    if (job.declares(run)) {
      json.append(",\"declared\":{\"byUid\":").append(job.uid);
      json.append(",\"profile\":\"").append(job.profile);
      json.append("\",\"batchSize\":8,\"unit\":\"image\",\"items\":").append(job.items);
      json.append(",\"tokensIn\":null,\"tokensOut\":null}");
    }
    return json.append('}');
  }

  private static StringBuilder energy(StringBuilder json, YearRun run, int meter) {
    json.append("{\"part\":\"").append(run.node.part(meter));
    json.append("\",\"device\":\"").append(run.node.device(meter));
    json.append("\",\"microjoules\":");
    Optional<YearDraw> of = run.draws.get(meter);
    if (of.isEmpty()) {
      return json.append("{},\"observedMs\":0,\"missing\":\"no-permission\"}");
    }
    YearDraw draw = of.get();
    YearLines.energy(json, YearDraw.sum(draw.counter), YearDraw.sum(draw.sampled));
    if (run.node.isGpu(meter)) {
      json.append(",\"idleMicrojoules\":").append(YearDraw.sum(draw.idle));
    }
    return json.append(",\"observedMs\":").append(draw.observed()).append(",\"missing\":null}");
  }
}
