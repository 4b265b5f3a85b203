package org.sobre.energy.accrual;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.sobre.energy.attribution.Presence;
import org.sobre.energy.ledger.BalanceLine;
import org.sobre.energy.ledger.JobLine;
import org.sobre.energy.ledger.LedgerCodec;
import org.sobre.energy.ledger.LedgerFormatException;
import org.sobre.energy.ledger.LedgerLine;
import org.sobre.energy.ledger.LineEncoder;
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
  private static final JsonFactory JSON =
      new JsonFactoryBuilder()
          .rootValueSeparator("\n")
          .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
          .build();

  private CheckpointCodec() {}

  public static String encode(Checkpoint checkpoint) {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    try {
      write(checkpoint, text);
    } catch (IOException e) {
      throw new UncheckedIOException("memory does not fail", e);
    }
    return text.toString(StandardCharsets.UTF_8);
  }

  /** As {@link #encode}, in UTF-8, without the whole of it in memory. */
  public static void write(Checkpoint checkpoint, OutputStream text) throws IOException {
    try (JsonGenerator json = JSON.createGenerator(text)) {
      writeHead(json, checkpoint);
      LineEncoder lines = new LineEncoder(json);
      lines.write(checkpoint.window());
      for (Checkpoint.RunMark run : checkpoint.runs()) {
        lines.write(run.line());
      }
      for (PendingLine line : checkpoint.pending()) {
        lines.write(line.line());
      }
    }
    text.write('\n');
  }

  /**
   * @throws LedgerFormatException if the text is not a whole checkpoint of this version
   */
  public static Checkpoint decode(String text) throws LedgerFormatException {
    try {
      return read(new BufferedReader(new StringReader(text)));
    } catch (IOException e) {
      throw new UncheckedIOException("memory does not fail", e);
    }
  }

  /**
   * As {@link #decode(String)}, without the whole text in memory.
   *
   * @throws LedgerFormatException if the text is not a whole checkpoint of this version
   */
  public static Checkpoint read(BufferedReader text) throws IOException, LedgerFormatException {
    String head = text.readLine();
    if (head == null) {
      throw new LedgerFormatException("checkpoint: expected some lines, found none");
    }
    try {
      return decode(JsonObject.parse(head), text);
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
      RunMarkJson.write(json, run);
    }
    json.writeEndArray();
    json.writeArrayFieldStart("pending");
    for (PendingLine line : checkpoint.pending()) {
      json.writeStartObject();
      json.writeNumberField("ordinal", line.ordinal());
      if (line.runEndNanos().isPresent()) {
        json.writeNumberField("runEndNanos", line.runEndNanos().getAsLong());
      }
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
    json.writeArrayFieldStart("distrusted");
    for (String device : new TreeSet<>(checkpoint.distrusted())) {
      json.writeString(device);
    }
    json.writeEndArray();
    json.writeArrayFieldStart("presences");
    for (Presence presence : checkpoint.presences()) {
      PresenceJson.write(json, presence);
    }
    json.writeEndArray();
    json.writeArrayFieldStart("ended");
    for (EndedRuns.Ended run : checkpoint.ended()) {
      json.writeStartObject();
      json.writeNumberField("job", run.job());
      json.writeNumberField("endNanos", run.endNanos());
      json.writeEndObject();
    }
    json.writeEndArray();
    CpuStateJson.write(json, checkpoint.cpus());
    json.writeEndObject();
  }

  private static Checkpoint decode(JsonObject head, BufferedReader text)
      throws IOException, JsonShapeException, LedgerFormatException {
    if (head.requiredInteger("v") != VERSION) {
      throw new JsonShapeException(
          "v: expected " + VERSION + ", found " + head.requiredInteger("v"));
    }
    List<JsonObject> marks = head.objects("runs");
    List<JsonObject> ordinals = head.objects("pending");
    BalanceLine window = line(BalanceLine.class, next(text));
    List<Checkpoint.RunMark> runs = new ArrayList<>();
    for (JsonObject mark : marks) {
      runs.add(RunMarkJson.read(mark, line(JobLine.class, next(text))));
    }
    List<PendingLine> pending = new ArrayList<>();
    for (JsonObject place : ordinals) {
      LedgerLine line = LedgerCodec.decode(next(text));
      long ordinal = place.requiredInteger("ordinal");
      pending.add(new PendingLine(ordinal, line, place.integer("runEndNanos")));
    }
    if (text.readLine() != null) {
      throw new JsonShapeException("expected no more lines than the first one counts");
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
    List<EndedRuns.Ended> ended = new ArrayList<>();
    // a checkpoint of the version before has none
    for (JsonObject run : head.objects("ended")) {
      ended.add(new EndedRuns.Ended(run.requiredInteger("job"), run.requiredInteger("endNanos")));
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
        window,
        runs,
        pending,
        unsettled,
        sources,
        new HashSet<>(head.strings("distrusted")),
        presences,
        ended,
        CpuStateJson.read(head));
  }

  private static String next(BufferedReader text) throws IOException, JsonShapeException {
    String line = text.readLine();
    if (line == null) {
      throw new JsonShapeException("expected as many lines as the first one counts, found fewer");
    }
    return line;
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
