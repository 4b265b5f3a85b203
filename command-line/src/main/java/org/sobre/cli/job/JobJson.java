package org.sobre.cli.job;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.sobre.accounting.store.RunDetails;
import org.sobre.energy.ledger.RunJson;

/** A job for scripts: one JSON object; what is not known is an absent key. */
public final class JobJson {

  private static final JsonFactory JSON = new JsonFactory();
  private static final int COVERAGE_DECIMALS = 4;

  private JobJson() {}

  /**
   * @param id of the job
   * @param runs of it, at least one
   */
  public static String of(long id, List<RunDetails> runs) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(text)) {
      json.writeStartObject();
      json.writeNumberField("job", id);
      json.writeArrayFieldStart("runs");
      for (RunDetails run : runs) {
        run(json, run);
      }
      json.writeEndArray();
      JobSums sums = JobSums.of(runs);
      json.writeObjectFieldStart("totals");
      if (sums.microjoules().isPresent()) {
        json.writeNumberField("microjoules", sums.microjoules().getAsLong());
      }
      coverage(json, sums.coverage());
      json.writeEndObject();
      Optional<JobHint> hint = JobHint.of(runs);
      if (hint.isPresent()) {
        json.writeObjectFieldStart("hint");
        json.writeStringField("kind", hint.get().kind().jsonName());
        new RunJson(json, RunJson.Figures.EXACT).text("text", JobText.hint(runs));
        json.writeEndObject();
      }
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("a StringWriter does not fail", e);
    }
    return text + "\n";
  }

  private static void run(JsonGenerator json, RunDetails run) throws IOException {
    RunJson figures = new RunJson(json, RunJson.Figures.EXACT);
    json.writeStartObject();
    figures.text("cluster", run.cluster());
    json.writeStringField("node", run.node());
    json.writeStringField("job", run.job().toString());
    json.writeStringField("state", run.end().isPresent() ? "ended" : "running");
    figures.text("user", run.user());
    figures.text("account", run.account());
    figures.text("partition", run.partition());
    json.writeStringField("begin", run.begin().toString());
    figures.text("end", run.end().map(Object::toString));
    json.writeNumberField("elapsedMs", run.elapsedMillis());
    figures.gpus(run.gpus());
    figures.parts("energy", run.parts());
    coverage(json, JobSums.of(List.of(run)).coverage());
    figures.use(run.use());
    figures.powerProfile(run.power());
    json.writeEndObject();
  }

  private static void coverage(JsonGenerator json, OptionalDouble share) throws IOException {
    if (share.isPresent()) {
      json.writeNumberField(
          "coverage",
          BigDecimal.valueOf(share.getAsDouble()).setScale(COVERAGE_DECIMALS, RoundingMode.DOWN));
    }
  }
}
