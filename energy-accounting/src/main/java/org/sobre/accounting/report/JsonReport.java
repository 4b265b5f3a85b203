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
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.sobre.accounting.factors.Factor;
import org.sobre.accounting.factors.Factors;
import org.sobre.accounting.factors.HardwareAmount;
import org.sobre.accounting.factors.HardwareAmount.Source;
import org.sobre.accounting.factors.HardwareUse;
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
    filter(report.request().filter());
    if (report.unbilled().isPresent()) {
      json.writeObjectFieldStart("unbilled");
      unbilled("platform", report.metered().platform());
      unbilled("outsideSlurm", report.metered().outsideSlurm());
      unbilled("unknown", report.metered().unknown());
      outsideSlurm(report);
      json.writeEndObject();
    }
    containing(report);
    allocation(report);
    hardware(report);
    Completeness.write(json, report);
    json.writeObjectFieldStart("factors");
    factor(Factors.PUE, report.factors().onlyPue());
    factor(Factors.GRID, report.factors().onlyGrid());
    factor(Factors.PRICE, report.factors().onlyPrice());
    new AppliedJson(json).write(report.factors());
    json.writeEndObject();
    json.writeEndObject();
  }

  /** No key where all jobs were asked for. */
  private void filter(ReportFilter filter) throws IOException {
    if (filter.isNone()) {
      return;
    }
    json.writeObjectFieldStart("filter");
    for (Map.Entry<ReportKey, Set<String>> key : filter.names().entrySet()) {
      names(key.getKey().jsonName(), key.getValue());
    }
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
    number("itemsPerEuro", row.itemRates().perEuro());
    number("tokensPerSecond", row.tokenRates().perSecond());
    number("tokensPerJoule", row.tokenRates().perJoule());
    number("tokensPerEuro", row.tokenRates().perEuro());
    number("euroPerMillionTokens", row.tokenRates().euroPerMillion());
    number("idleShare", row.idleShare());
    number("embodiedKgCo2e", ReportField.embodied(row));
    number("embodiedUncertaintyKgCo2e", ReportField.embodiedUncertainty(row));
    number("hardwareEuro", ReportField.amount(row, HardwareUse::purchase));
    number("rentalEuro", ReportField.amount(row, HardwareUse::rental));
    if (row.allocated().isPresent()) {
      allocated(row.allocated().get());
    }
  }

  private void allocated(AllocatedShare share) throws IOException {
    json.writeNumberField("allocatedEnergyKWh", RowSum.kilowattHours(share.energy().total()));
    energy("allocatedEnergyMicrojoules", share.energy());
    number("allocatedCo2eGrams", share.co2eGrams().map(RowSum::rounded));
    number("allocatedCostEuro", share.costEuro().map(RowSum::rounded));
  }

  /** No key where nobody pays what no job does. */
  private void allocation(Report report) throws IOException {
    if (report.allocated().isEmpty()) {
      return;
    }
    json.writeObjectFieldStart("allocation");
    json.writeStringField("rule", "by-reserved-share");
    energy("sharedMicrojoules", report.allocated().get().shared());
    energy("leftMicrojoules", report.allocated().get().left());
    json.writeEndObject();
  }

  /** No key where it was not asked for. */
  private void hardware(Report report) throws IOException {
    Optional<HardwareUse> use = report.totals().hardware();
    if (use.isEmpty()) {
      return;
    }
    json.writeObjectFieldStart("hardware");
    HardwareAmount embodied = use.get().embodied();
    sources("embodiedSources", embodied);
    names("withoutEmbodied", embodied.withoutTypes());
    names("withoutEmbodiedMachines", embodied.withoutMachines());
    HardwareAmount purchase = use.get().purchase();
    sources("purchaseSources", purchase);
    names("withoutPurchase", purchase.withoutTypes());
    names("withoutPurchaseMachines", purchase.withoutMachines());
    sources("rentalSources", use.get().rental());
    names("withoutRental", use.get().rental().withoutTypes());
    json.writeBooleanField("jobsWithoutGpu", use.get().withoutGpu());
    json.writeEndObject();
  }

  private void sources(String key, HardwareAmount amount) throws IOException {
    json.writeArrayFieldStart(key);
    for (Source source : amount.sources()) {
      json.writeStartObject();
      cited(source.factor());
      number("uncertaintyPercent", source.uncertaintyPercent());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private void names(String key, Collection<String> names) throws IOException {
    json.writeArrayFieldStart(key);
    for (String name : names) {
      json.writeString(name);
    }
    json.writeEndArray();
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
      cited(factor.get());
      json.writeEndObject();
    }
  }

  private void cited(Factor factor) throws IOException {
    json.writeNumberField("value", factor.value());
    json.writeStringField("source", factor.source());
    json.writeStringField("date", factor.date());
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
