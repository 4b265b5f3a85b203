package org.sobre.daemon;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.IntPredicate;
import org.sobre.energy.accrual.JobView;
import org.sobre.energy.ledger.JobLine.Declared;
import org.sobre.energy.ledger.JobLine.PartEnergy;
import org.sobre.energy.ledger.Quality;
import org.sobre.hardware.json.JsonObject;
import org.sobre.hardware.json.JsonShapeException;
import org.sobre.slurm.job.JobKey;

/**
 * Answers a job that asks about itself: one JSON line for one JSON line. Whole joules, of at most
 * one reading a second: finer figures tell what a neighbour computes (CVE-2020-8694).
 */
final class JobAnswers {

  private static final int VERSION = 1;
  private static final int LONGEST_WORD = 64;
  private static final long LARGEST_BATCH = 1_000_000_000L;
  private static final long LARGEST_COUNT = 1_000_000_000_000_000L;
  private static final JsonFactory JSON = new JsonFactory();

  /** What a job said of itself. */
  record Declaration(JobKey job, Declared words) {
    Declaration {
      requireNonNull(job, "job");
      requireNonNull(words, "words");
    }
  }

  private final Consumer<Declaration> declarations;

  JobAnswers(Consumer<Declaration> declarations) {
    this.declarations = declarations;
  }

  /**
   * @param jobs as they stand
   * @param peerIs whether the other end of the socket is a process of this user, or of root
   */
  String answer(String request, Map<JobKey, JobView> jobs, IntPredicate peerIs) {
    try {
      JsonObject json = JsonObject.parse(request);
      if (json.requiredInteger("v") != VERSION) {
        return error("v: expected " + VERSION + ", found " + json.requiredInteger("v"));
      }
      JobKey key =
          JobKey.parse(json.requiredString("job"))
              .orElseThrow(() -> new JsonShapeException("job: expected an id as 12345.0"));
      JobView view = jobs.get(key);
      // The same words for a job that is another's: who runs what is nobody's business.
      if (view == null || !peerIs.test(view.uid())) {
        return error("job " + key + " is not running here, or is not yours");
      }
      Optional<JsonObject> declare = json.object("declare");
      if (declare.isPresent()) {
        declarations.accept(new Declaration(key, declared(declare.get(), view.uid())));
        return "{\"v\":1,\"ok\":true}";
      }
      String ask = json.requiredString("ask");
      return ask.equals("energy") ? energy(view) : error("ask: expected energy, found " + ask);
    } catch (JsonShapeException e) {
      return error(String.valueOf(e.getMessage()));
    }
  }

  static String error(String message) {
    return line(json -> json.writeStringField("error", message));
  }

  private static Declared declared(JsonObject json, int uid) throws JsonShapeException {
    return new Declared(
        uid,
        word(json, "profile"),
        count(json, "batchSize", LARGEST_BATCH),
        word(json, "unit"),
        count(json, "items", LARGEST_COUNT),
        count(json, "tokensIn", LARGEST_COUNT),
        count(json, "tokensOut", LARGEST_COUNT));
  }

  private static Optional<String> word(JsonObject json, String key) throws JsonShapeException {
    Optional<String> word = json.string(key);
    if (word.isPresent() && !word.get().matches("[A-Za-z0-9._+-]{1," + LONGEST_WORD + "}")) {
      throw new JsonShapeException(
          key + ": expected 1 to " + LONGEST_WORD + " letters, digits or ._+-");
    }
    return word;
  }

  private static OptionalLong count(JsonObject json, String key, long most)
      throws JsonShapeException {
    OptionalLong count = json.integer(key);
    if (count.isPresent() && (count.getAsLong() < 0 || count.getAsLong() > most)) {
      throw new JsonShapeException(
          key + ": expected 0 to " + most + ", found " + count.getAsLong());
    }
    return count;
  }

  private static String energy(JobView view) {
    return line(
        json -> {
          json.writeStringField("job", view.job().toString());
          json.writeNumberField("joules", view.joules());
          json.writeNumberField("observedSeconds", view.observedMillis() / 1000);
          json.writeNumberField("elapsedSeconds", view.elapsedMillis() / 1000);
          json.writeArrayFieldStart("parts");
          for (PartEnergy part : view.parts()) {
            for (Quality quality : part.energy().amounts().keySet()) {
              json.writeStartObject();
              json.writeStringField("part", part.meter().part().jsonName());
              json.writeStringField("device", part.meter().device());
              json.writeStringField("quality", quality.jsonName());
              json.writeNumberField("joules", part.energy().of(quality).microjoules() / 1_000_000);
              json.writeEndObject();
            }
          }
          json.writeEndArray();
          json.writeArrayFieldStart("missing");
          for (PartEnergy part : view.parts()) {
            if (part.missing().isPresent()) {
              json.writeStartObject();
              json.writeStringField("part", part.meter().part().jsonName());
              json.writeStringField("device", part.meter().device());
              json.writeStringField("reason", part.missing().get());
              json.writeEndObject();
            }
          }
          json.writeEndArray();
        });
  }

  private interface Body {
    void write(JsonGenerator json) throws IOException;
  }

  private static String line(Body body) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(text)) {
      json.writeStartObject();
      json.writeNumberField("v", VERSION);
      body.write(json);
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("a StringWriter does not fail", e);
    }
    return text.toString();
  }
}
