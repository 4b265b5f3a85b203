package org.sobre.energy.accrual;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.sobre.energy.attribution.Presence;
import org.sobre.energy.ledger.BalanceLine;
import org.sobre.energy.ledger.JobLine;
import org.sobre.energy.ledger.LedgerCodec;
import org.sobre.energy.ledger.LedgerFormatException;
import org.sobre.energy.ledger.LedgerLine;
import org.sobre.energy.ledger.MeterId;
import org.sobre.energy.meter.MeteredInterval;
import org.sobre.hardware.json.JsonObject;
import org.sobre.hardware.json.JsonShapeException;

/**
 * A checkpoint as text: a line of its own keys, then ledger lines, the balance first, then one for
 * each run, then the pending ones. The first line counts the others, so that a text cut short is
 * refused.
 */
public final class CheckpointCodec {

  private static final int VERSION = 1;
  private static final JsonFactory JSON = new JsonFactory();

  private CheckpointCodec() {}

  public static String encode(Checkpoint checkpoint) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(text)) {
      writeHead(json, checkpoint);
    } catch (IOException e) {
      throw new UncheckedIOException("a StringWriter does not fail", e);
    }
    append(text, checkpoint.window());
    checkpoint.runs().forEach(run -> append(text, run.line()));
    checkpoint.pending().forEach(line -> append(text, line.line()));
    return text.append('\n').toString();
  }

  /**
   * @throws LedgerFormatException if the text is not a whole checkpoint of this version
   */
  public static Checkpoint decode(String text) throws LedgerFormatException {
    List<String> lines = text.lines().toList();
    if (lines.isEmpty()) {
      throw new LedgerFormatException("checkpoint: expected some lines, found none");
    }
    try {
      return decode(JsonObject.parse(lines.get(0)), lines.subList(1, lines.size()));
    } catch (JsonShapeException | IllegalArgumentException | ArithmeticException e) {
      throw new LedgerFormatException("checkpoint: " + e.getMessage());
    }
  }

  private static void writeHead(JsonGenerator json, Checkpoint checkpoint) throws IOException {
    json.writeStartObject();
    json.writeNumberField("v", VERSION);
    json.writeStringField("kind", "checkpoint");
    json.writeStringField("cluster", checkpoint.identity().cluster());
    json.writeStringField("node", checkpoint.identity().node());
    json.writeStringField("boot", checkpoint.identity().boot());
    json.writeNumberField("uptimeNanos", checkpoint.nanos());
    if (checkpoint.seqBase().isPresent()) {
      json.writeNumberField("seqBase", checkpoint.seqBase().getAsLong());
    }
    json.writeNumberField("nextOrdinal", checkpoint.nextOrdinal());
    json.writeNumberField("windowFromNanos", checkpoint.windowFromNanos());
    json.writeArrayFieldStart("runs");
    for (Checkpoint.RunMark run : checkpoint.runs()) {
      json.writeStartObject();
      json.writeNumberField("beginNanos", run.beginNanos());
      if (run.endNanos().isPresent()) {
        json.writeNumberField("endNanos", run.endNanos().getAsLong());
      }
      if (run.waitStatus().isPresent()) {
        json.writeNumberField("waitStatus", run.waitStatus().getAsInt());
      }
      if (run.wrapper().isPresent()) {
        json.writeNumberField("wrapperPid", run.wrapper().get().pid());
        json.writeNumberField("wrapperStartTicks", run.wrapper().get().startTicks());
      }
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeArrayFieldStart("pending");
    for (PendingLine line : checkpoint.pending()) {
      json.writeStartObject();
      json.writeNumberField("ordinal", line.ordinal());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeArrayFieldStart("unsettled");
    for (MeteredInterval interval : checkpoint.unsettled()) {
      IntervalJson.write(json, interval);
    }
    json.writeEndArray();
    json.writeArrayFieldStart("sources");
    for (Map.Entry<MeterId, String> source : new TreeMap<>(checkpoint.sources()).entrySet()) {
      json.writeStartObject();
      json.writeStringField("part", source.getKey().part().jsonName());
      json.writeStringField("device", source.getKey().device());
      json.writeStringField("source", source.getValue());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeArrayFieldStart("presences");
    for (Presence presence : checkpoint.presences()) {
      PresenceJson.write(json, presence);
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private static void append(StringWriter text, LedgerLine line) {
    text.append('\n').append(LedgerCodec.encode(line));
  }

  private static Checkpoint decode(JsonObject head, List<String> texts)
      throws JsonShapeException, LedgerFormatException {
    if (head.requiredInteger("v") != VERSION) {
      throw new JsonShapeException(
          "v: expected " + VERSION + ", found " + head.requiredInteger("v"));
    }
    List<JsonObject> marks = head.objects("runs");
    List<JsonObject> ordinals = head.objects("pending");
    int expected = 1 + marks.size() + ordinals.size();
    if (texts.size() != expected) {
      throw new JsonShapeException("expected " + expected + " lines, found " + texts.size());
    }
    List<Checkpoint.RunMark> runs = new ArrayList<>();
    for (JsonObject mark : marks) {
      runs.add(runMark(mark, line(JobLine.class, texts.get(1 + runs.size()))));
    }
    List<PendingLine> pending = new ArrayList<>();
    for (JsonObject ordinal : ordinals) {
      String text = texts.get(1 + marks.size() + pending.size());
      pending.add(new PendingLine(ordinal.requiredInteger("ordinal"), LedgerCodec.decode(text)));
    }
    List<MeteredInterval> unsettled = new ArrayList<>();
    for (JsonObject interval : head.objects("unsettled")) {
      unsettled.add(IntervalJson.read(interval));
    }
    Map<MeterId, String> sources = new HashMap<>();
    // a checkpoint of the version before has none
    for (JsonObject source : head.objects("sources")) {
      sources.put(IntervalJson.meter(source), source.requiredString("source"));
    }
    List<Presence> presences = new ArrayList<>();
    for (JsonObject presence : head.objects("presences")) {
      presences.add(PresenceJson.read(presence));
    }
    return new Checkpoint(
        new NodeIdentity(
            head.requiredString("cluster"),
            head.requiredString("node"),
            head.requiredString("boot")),
        head.requiredInteger("uptimeNanos"),
        head.integer("seqBase"),
        head.requiredInteger("nextOrdinal"),
        head.requiredInteger("windowFromNanos"),
        line(BalanceLine.class, texts.get(0)),
        runs,
        pending,
        unsettled,
        sources,
        presences);
  }

  private static Checkpoint.RunMark runMark(JsonObject mark, JobLine line)
      throws JsonShapeException {
    OptionalLong status = mark.integer("waitStatus");
    return new Checkpoint.RunMark(
        line,
        mark.requiredInteger("beginNanos"),
        mark.integer("endNanos"),
        status.isPresent()
            ? OptionalInt.of(Math.toIntExact(status.getAsLong()))
            : OptionalInt.empty(),
        wrapper(mark));
  }

  private static Optional<WrapperProcess> wrapper(JsonObject mark) throws JsonShapeException {
    return mark.integer("wrapperPid").isPresent()
        ? Optional.of(
            new WrapperProcess(
                mark.requiredInteger("wrapperPid"), mark.requiredInteger("wrapperStartTicks")))
        : Optional.empty();
  }

  private static <T extends LedgerLine> T line(Class<T> kind, String text)
      throws LedgerFormatException, JsonShapeException {
    LedgerLine line = LedgerCodec.decode(text);
    if (!kind.isInstance(line)) {
      throw new JsonShapeException("expected a " + kind.getSimpleName() + ", found " + text);
    }
    return kind.cast(line);
  }
}
