package org.sobre.accounting.report;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.sobre.accounting.factors.Factor;
import org.sobre.accounting.factors.Factors;
import org.sobre.accounting.store.ContainingMeter;
import org.sobre.accounting.store.QualitySums;

/** A report as JSON: docs/reports.md has the keys. What is not known has no key. */
public final class JsonReport {

  private static final JsonFactory JSON =
      JsonFactory.builder().enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN).build();

  private final JsonGenerator json;

  private JsonReport(JsonGenerator json) {
    this.json = json;
  }

  public static String of(Report report) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json =
        JSON.createGenerator(text).setPrettyPrinter(new DefaultPrettyPrinter())) {
      new JsonReport(json).write(report);
    } catch (IOException e) {
      throw new UncheckedIOException("a StringWriter does not fail", e);
    }
    return text.append(System.lineSeparator()).toString();
  }

  private void write(Report report) throws IOException {
    json.writeStartObject();
    text("since", report.request().period().since().map(Instant::toString));
    text("until", report.request().period().until().map(Instant::toString));
    json.writeStringField("timeZone", report.request().zone().getId());
    json.writeArrayFieldStart("rows");
    for (ReportRow row : report.rows()) {
      json.writeStartObject();
      row(row);
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeObjectFieldStart("totals");
    row(report.totals());
    json.writeEndObject();
    json.writeObjectFieldStart("unbilled");
    unbilled("platform", report.metered().platform());
    unbilled("outsideSlurm", report.metered().outsideSlurm());
    unbilled("unknown", report.metered().unknown());
    outsideSlurm(report);
    json.writeEndObject();
    containing(report);
    Completeness.write(json, report);
    json.writeObjectFieldStart("factors");
    factor(Factors.PUE, report.factors().onlyPue());
    factor(Factors.GRID, report.factors().onlyGrid());
    factor(Factors.PRICE, report.factors().onlyPrice());
    new AppliedJson(json).write(report.factors());
    json.writeEndObject();
    json.writeEndObject();
  }

  private void row(ReportRow row) throws IOException {
    for (Map.Entry<ReportKey, String> key : row.keys().entrySet()) {
      json.writeStringField(key.getKey().jsonName(), key.getValue());
    }
    json.writeNumberField("jobs", row.jobs());
    json.writeNumberField("gpuHours", row.gpuHours());
    number("energyKWh", row.energyKilowattHours());
    energy("energyMicrojoules", row.energy());
    number("co2eGrams", row.co2eGrams());
    number("costEuro", row.costEuro());
    number("coverage", row.coverage());
    number("items", row.items());
    text("itemUnit", row.itemUnit());
    number("tokensIn", row.tokensIn());
    number("tokensOut", row.tokensOut());
    number("itemsPerSecond", row.itemsPerSecond());
    number("itemsPerJoule", row.itemsPerJoule());
    number("itemsPerSecondPerEuro", row.itemsPerSecondPerEuro());
  }

  private void outsideSlurm(Report report) throws IOException {
    json.writeArrayFieldStart("outsideSlurmByUser");
    for (OutsideUser user : report.outsideSlurm()) {
      json.writeStartObject();
      text("user", user.name());
      json.writeNumberField("uid", user.uid());
      json.writeNumberField("energyKWh", RowSum.kilowattHours(user.energy().total()));
      energy("energyMicrojoules", user.energy());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  /** No key on a site that has no such meter. */
  private void containing(Report report) throws IOException {
    if (report.containing().isEmpty()) {
      return;
    }
    json.writeArrayFieldStart("containing");
    for (ContainingMeter meter : report.containing()) {
      json.writeStartObject();
      json.writeStringField("cluster", meter.cluster());
      json.writeStringField("node", meter.node());
      json.writeStringField("part", meter.part());
      json.writeStringField("device", meter.device());
      json.writeNumberField("energyKWh", RowSum.kilowattHours(meter.seen().total()));
      energy("energyMicrojoules", meter.seen());
      energy("withinMicrojoules", meter.within());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private void unbilled(String key, QualitySums energy) throws IOException {
    json.writeObjectFieldStart(key);
    json.writeNumberField("energyKWh", RowSum.kilowattHours(energy.total()));
    energy("energyMicrojoules", energy);
    json.writeEndObject();
  }

  private void energy(String key, QualitySums energy) throws IOException {
    json.writeObjectFieldStart(key);
    amount("counter", energy.counter());
    amount("sampled", energy.sampled());
    amount("modelled", energy.modelled());
    json.writeEndObject();
  }

  private void amount(String key, BigInteger microjoules) throws IOException {
    if (microjoules.signum() != 0) {
      json.writeFieldName(key);
      json.writeNumber(microjoules);
    }
  }

  private void factor(String key, Optional<Factor> factor) throws IOException {
    if (factor.isPresent()) {
      json.writeObjectFieldStart(key);
      json.writeNumberField("value", factor.get().value());
      json.writeStringField("source", factor.get().source());
      json.writeStringField("date", factor.get().date());
      json.writeEndObject();
    }
  }

  private void text(String key, Optional<String> value) throws IOException {
    if (value.isPresent()) {
      json.writeStringField(key, value.get());
    }
  }

  private void number(String key, Optional<BigDecimal> value) throws IOException {
    if (value.isPresent()) {
      json.writeNumberField(key, value.get());
    }
  }

  private void number(String key, OptionalLong value) throws IOException {
    if (value.isPresent()) {
      json.writeNumberField(key, value.getAsLong());
    }
  }
}
