package org.sobre.daemon;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.List;
import org.sobre.energy.accrual.JobView;
import org.sobre.energy.ledger.JobLine;
import org.sobre.energy.ledger.RunJson;
import org.sobre.slurm.job.JobFacts;
import org.sobre.slurm.job.JobKey;

/**
 * All that is known of the runs of a job that go on here, or have lately ended: whole joules, whole
 * watts.
 */
final class RunsAnswer {

  private static final long MILLIS_PER_SECOND = 1_000;

  private RunsAnswer() {}

  /**
   * @param ended as {@link #ofLine} has them
   * @param hasJustBegun whether one began of which nothing is known yet
   */
  static String of(
      String node, List<LastRuns.Ended> ended, List<JobView> views, boolean hasJustBegun) {
    return JsonLine.of(
        json -> {
          json.writeStringField("node", node);
          if (hasJustBegun) {
            json.writeBooleanField("hasJustBegun", true);
          }
          json.writeArrayFieldStart("runs");
          for (LastRuns.Ended run : ended) {
            json.writeRawValue(run.json());
          }
          for (JobView view : views) {
            if (view.details().isPresent()) {
              run(json, view, view.details().get());
            }
          }
          json.writeEndArray();
        });
  }

  /** One that has ended, as its line has it. */
  static String ofLine(JobLine line) {
    return JsonLine.object(
        json -> {
          RunJson figures = new RunJson(json, RunJson.Figures.WHOLE);
          head(json, figures, line.facts().key(), line.facts());
          json.writeStringField("begin", line.begin().toString());
          json.writeStringField("end", line.end().toString());
          json.writeNumberField("elapsedSeconds", line.elapsedMillis() / MILLIS_PER_SECOND);
          json.writeNumberField("cpus", line.facts().cpus());
          figures.gpus(line.held().gpus());
          figures.parts("parts", line.energy());
          figures.use(line.use());
          figures.powerProfile(line.powerProfile());
        });
  }

  private static void run(JsonGenerator json, JobView view, JobView.Details run)
      throws IOException {
    RunJson figures = new RunJson(json, RunJson.Figures.WHOLE);
    json.writeStartObject();
    head(json, figures, view.job(), run.facts());
    json.writeStringField("begin", run.begin().toString());
    json.writeNumberField("elapsedSeconds", view.elapsedMillis() / MILLIS_PER_SECOND);
    json.writeNumberField("cpus", run.facts().cpus());
    figures.gpus(run.gpus());
    figures.parts("parts", view.parts());
    figures.use(run.use());
    figures.powerProfile(run.power());
    json.writeEndObject();
  }

  private static void head(JsonGenerator json, RunJson figures, JobKey job, JobFacts facts)
      throws IOException {
    json.writeStringField("job", job.toString());
    json.writeStringField("user", facts.user());
    json.writeNumberField("uid", facts.uid());
    figures.text("account", facts.account());
    figures.text("partition", facts.partition());
  }
}
