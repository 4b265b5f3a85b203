package org.sobre.accounting.report;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.sobre.accounting.store.Period;
import org.sobre.hardware.message.Language;
import org.sobre.hardware.message.Messages;

/** What a report says of the jobs it lacks, and of how fresh the ledger's word is. */
public final class Completeness {

  private static final Messages MESSAGES = Messages.of(Completeness.class);

  /** More are in JSON. */
  private static final int MOST_NAMES = 8;

  private static final DateTimeFormatter MINUTE =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm", Locale.ROOT);

  private final Optional<Uncovered> uncovered;
  private final Freshness freshness;
  private final Period period;
  private final ZoneId zone;

  public Completeness(Report report) {
    this(report.unmeasured(), report.request());
  }

  private Completeness(Unmeasured unmeasured, ReportRequest request) {
    this.uncovered = unmeasured.uncovered();
    this.freshness = unmeasured.freshness();
    this.period = request.period();
    this.zone = request.zone();
  }

  /** Of a page on which the name of a key stands above. */
  public static Completeness without(ReportKey key, Report report) {
    Unmeasured all = report.unmeasured();
    return new Completeness(
        new Unmeasured(
            all.jobs(), all.meters(), all.uncovered().map(of -> of.without(key)), all.freshness()),
        report.request());
  }

  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    if (uncovered.isEmpty()) {
      lines.add(MESSAGES.text("uncovered.filtered"));
    }
    uncovered.filter(of -> of.all().jobs() > 0).ifPresent(of -> lines.addAll(lines(of)));
    freshness
        .beginsWithin(period)
        .ifPresent(at -> lines.add(MESSAGES.text("ledger.begins", minute(at))));
    if (freshness.isAfter(period)) {
      lines.add(MESSAGES.text("ledger.ends", minute(freshness.asOf().orElseThrow())));
    }
    freshness.asOf().map(this::asOf).ifPresent(lines::add);
    return lines;
  }

  private static List<String> lines(Uncovered uncovered) {
    List<String> lines = new ArrayList<>();
    lines.add(MESSAGES.text("uncovered", count(uncovered.all())));
    uncovered.rows().stream().limit(MOST_NAMES).map(Completeness::row).forEach(lines::add);
    if (uncovered.rows().size() > MOST_NAMES) {
      lines.add(MESSAGES.text("uncovered.more", uncovered.rows().size() - MOST_NAMES));
    }
    return lines;
  }

  private String minute(Instant at) {
    return MINUTE.format(at.atZone(zone));
  }

  private String asOf(Instant asOf) {
    String at = minute(asOf);
    List<String> silent = freshness.silent();
    if (silent.isEmpty()) {
      return MESSAGES.text("asOf", at);
    }
    String names = String.join(", ", silent.subList(0, Math.min(silent.size(), MOST_NAMES)));
    return MESSAGES.text(
        silent.size() == 1 ? "asOf.oneSilent" : "asOf.silent",
        at,
        silent.size(),
        silent.size() > MOST_NAMES ? names + ", …" : names);
  }

  private static String row(Uncovered.Row row) {
    return MESSAGES.text(
        "uncovered.row", String.join(", ", row.keys().values()), count(row.count()));
  }

  private static String count(Uncovered.Count count) {
    String jobs =
        MESSAGES.text(count.jobs() == 1 ? "uncovered.oneJob" : "uncovered.jobs", count.jobs());
    return count
        .gpuHours()
        .map(
            hours ->
                MESSAGES.text("uncovered.gpuHours", jobs, Language.current().rounded(hours, 2)))
        .orElse(jobs);
  }

  /**
   * The keys {@code uncovered}, but for a report by a filter that Slurm does not tell; {@code
   * ledgerBegins}, {@code asOf} and {@code silentNodes} where that is known.
   */
  static void write(JsonGenerator json, Report report) throws IOException {
    Optional<Uncovered> uncovered = report.unmeasured().uncovered();
    if (uncovered.isPresent()) {
      write(json, uncovered.get());
    }
    Freshness freshness = report.unmeasured().freshness();
    if (freshness.begins().isPresent()) {
      json.writeStringField("ledgerBegins", freshness.begins().get().toString());
    }
    if (freshness.asOf().isPresent()) {
      json.writeStringField("asOf", freshness.asOf().get().toString());
      json.writeArrayFieldStart("silentNodes");
      for (String node : freshness.silent()) {
        json.writeString(node);
      }
      json.writeEndArray();
    }
  }

  private static void write(JsonGenerator json, Uncovered uncovered) throws IOException {
    json.writeObjectFieldStart("uncovered");
    write(json, uncovered.all());
    json.writeArrayFieldStart("rows");
    for (Uncovered.Row row : uncovered.rows()) {
      json.writeStartObject();
      for (Map.Entry<ReportKey, String> key : row.keys().entrySet()) {
        json.writeStringField(key.getKey().jsonName(), key.getValue());
      }
      write(json, row.count());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private static void write(JsonGenerator json, Uncovered.Count count) throws IOException {
    json.writeNumberField("jobs", count.jobs());
    BigDecimal hours = count.gpuHours().orElse(null);
    if (hours != null) {
      json.writeNumberField("gpuHours", hours);
    }
  }
}
