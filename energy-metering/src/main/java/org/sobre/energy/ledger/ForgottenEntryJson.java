package org.sobre.energy.ledger;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.time.Instant;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import org.sobre.energy.ledger.ForgottenRecord.Entry;
import org.sobre.energy.ledger.ForgottenRecord.Link;
import org.sobre.energy.ledger.ForgottenRecord.StandIn;
import org.sobre.hardware.json.JsonObject;
import org.sobre.hardware.json.JsonShapeException;

/** Lines of the record of files without persons, as docs/ledger.md has their keys. */
final class ForgottenEntryJson {

  private static final JsonFactory JSON = new JsonFactory();

  private ForgottenEntryJson() {}

  /** Of a file, without the newline. */
  static String text(Entry entry) throws IOException {
    return text(json -> write(entry, json));
  }

  /**
   * That all files have their names.
   *
   * @param kept the first month whose persons are kept
   */
  static String done(Instant at, YearMonth kept) throws IOException {
    return text(
        json -> {
          json.writeStringField("kind", "done");
          json.writeStringField("at", at.toString());
          json.writeStringField("before", kept.toString());
        });
  }

  /**
   * @throws java.time.DateTimeException if a time is none
   */
  static Entry entry(JsonObject json) throws JsonShapeException {
    List<Link> links = new ArrayList<>();
    for (JsonObject link : json.objects("links")) {
      links.add(
          new Link(
              link.requiredInteger("seq"), link.string("before"), link.requiredString("after")));
    }
    List<StandIn> chainedTo = new ArrayList<>();
    for (JsonObject standIn : json.objects("chainedTo")) {
      chainedTo.add(new StandIn(standIn.requiredString("as"), standIn.requiredString("hash")));
    }
    return new Entry(
        json.requiredString("path"),
        YearMonth.parse(json.requiredString("month")),
        Instant.parse(json.requiredString("at")),
        json.requiredInteger("bytes"),
        json.requiredString("digest"),
        json.requiredInteger("lines"),
        json.requiredInteger("leftOut"),
        links,
        chainedTo);
  }

  private interface Body {
    void writeTo(JsonGenerator json) throws IOException;
  }

  private static String text(Body body) throws IOException {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(text)) {
      json.writeStartObject();
      json.writeNumberField("v", LedgerCodec.VERSION);
      body.writeTo(json);
      json.writeEndObject();
    }
    return text.toString();
  }

  private static void write(Entry entry, JsonGenerator json) throws IOException {
    json.writeStringField("kind", "file");
    json.writeStringField("path", entry.path());
    json.writeStringField("month", entry.month().toString());
    json.writeStringField("at", entry.at().toString());
    json.writeNumberField("bytes", entry.bytes());
    json.writeStringField("digest", entry.digest());
    json.writeNumberField("lines", entry.lines());
    json.writeNumberField("leftOut", entry.leftOut());
    json.writeArrayFieldStart("links");
    for (Link link : entry.links()) {
      json.writeStartObject();
      json.writeNumberField("seq", link.seq());
      if (link.before().isPresent()) {
        json.writeStringField("before", link.before().get());
      }
      json.writeStringField("after", link.after());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeArrayFieldStart("chainedTo");
    for (StandIn standIn : entry.chainedTo()) {
      json.writeStartObject();
      json.writeStringField("as", standIn.as());
      json.writeStringField("hash", standIn.hash());
      json.writeEndObject();
    }
    json.writeEndArray();
  }
}
