package org.sobre.energy.ledger;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.sobre.hardware.units.Energy;

/**
 * Ledger lines to JSON, one value after another. A key whose absence a reader may want to see
 * ({@code prev}, {@code within}, {@code missing}…) is written as null; the others are left out.
 */
public final class LineEncoder {

  private static final JsonFactory JSON = new JsonFactory();

  private final JsonGenerator json;

  /** A balance tells each run's begin with each of its meters, and a checkpoint has both. */
  private final Map<Instant, String> instants = new HashMap<>();

  /**
   * @param json stays open
   */
  public LineEncoder(JsonGenerator json) {
    this.json = json;
  }

  static String encode(LedgerLine line) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(text)) {
      new LineEncoder(json).write(line);
    } catch (IOException e) {
      throw new UncheckedIOException("a StringWriter does not fail", e);
    }
    return text.toString();
  }

  /** As the next value. */
  public void write(LedgerLine line) throws IOException {
    json.writeStartObject();
    if (line instanceof BootLine boot) {
      header("boot", boot.header());
      boot(boot);
    } else if (line instanceof BalanceLine balance) {
      header("balance", balance.header());
      balance(balance);
    } else {
      JobLine job = (JobLine) line;
      header("job", job.header());
      new JobLineEncoder(json, this).write(job);
    }
    json.writeEndObject();
  }

  private void header(String kind, LineHeader header) throws IOException {
    json.writeNumberField("v", LedgerCodec.VERSION);
    json.writeStringField("kind", kind);
    json.writeStringField("cluster", header.cluster());
    json.writeStringField("node", header.node());
    json.writeStringField("boot", header.boot());
    json.writeNumberField("seq", header.seq());
    stringOrNull("prev", header.prev());
    if (header.clockUnset()) {
      json.writeBooleanField("clockUnset", true);
    }
  }

  private void boot(BootLine line) throws IOException {
    json.writeStringField("at", line.at().toString());
    stringOrNull("previousBoot", line.previous().map(BootLine.PreviousBoot::boot));
    json.writeFieldName("previousSeq");
    if (line.previous().isPresent()) {
      json.writeNumber(line.previous().get().seq());
    } else {
      json.writeNull();
    }
  }

  private void balance(BalanceLine line) throws IOException {
    json.writeBooleanField("recovered", line.recovered());
    instant("from", line.from());
    instant("to", line.to());
    json.writeNumberField("elapsedMs", line.elapsedMillis());
    if (line.clockSetMillis() != 0) {
      json.writeNumberField("clockSetMs", line.clockSetMillis());
    }
    json.writeArrayFieldStart("meters");
    for (BalanceLine.MeterBalance meter : line.meters()) {
      json.writeStartObject();
      meter(meter);
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private void meter(BalanceLine.MeterBalance meter) throws IOException {
    meterId(meter.meter());
    json.writeStringField("source", meter.source());
    stringOrNull("within", meter.within().map(MeterId::toString));
    json.writeNumberField("observedMs", meter.observedMillis());
    energy("microjoules", meter.total());
    json.writeArrayFieldStart("jobs");
    for (BalanceLine.JobShare share : meter.jobs()) {
      share(share);
    }
    json.writeEndArray();
    json.writeArrayFieldStart("outsideSlurm");
    for (BalanceLine.OutsideShare outside : meter.outsideSlurm()) {
      json.writeStartObject();
      json.writeNumberField("uid", outside.uid());
      energy("microjoules", outside.energy());
      json.writeEndObject();
    }
    json.writeEndArray();
    energy("platformMicrojoules", meter.platform());
    energy("unknownMicrojoules", meter.unknown());
  }

  private void share(BalanceLine.JobShare share) throws IOException {
    json.writeStartObject();
    json.writeStringField("job", share.job().toString());
    instant("begin", share.begin());
    stringOrNull("account", share.account());
    json.writeNumberField("uid", share.uid());
    energy("microjoules", share.energy());
    idle(share.idle());
    basis(share.basis());
    json.writeNumberField("observedMs", share.observedMillis());
    if (share.fraction().isPresent()) {
      fraction(share.fraction().get());
    }
    json.writeEndObject();
  }

  void instant(String key, Instant instant) throws IOException {
    json.writeStringField(key, instants.computeIfAbsent(instant, Instant::toString));
  }

  void fraction(BigDecimal fraction) throws IOException {
    json.writeFieldName("fraction");
    // never as 1E-9
    json.writeNumber(fraction.toPlainString());
  }

  void meterId(MeterId meter) throws IOException {
    json.writeStringField("part", meter.part().jsonName());
    json.writeStringField("device", meter.device());
  }

  void energy(String key, EnergyByQuality energy) throws IOException {
    json.writeObjectFieldStart(key);
    for (Map.Entry<Quality, Energy> amount : energy.amounts().entrySet()) {
      json.writeNumberField(amount.getKey().jsonName(), amount.getValue().microjoules());
    }
    json.writeEndObject();
  }

  void idle(Optional<Energy> idle) throws IOException {
    if (idle.isPresent()) {
      json.writeNumberField("idleMicrojoules", idle.get().microjoules());
    }
  }

  void basis(Optional<CpuBasis> basis) throws IOException {
    if (basis.isPresent()) {
      json.writeNumberField("staticMicrojoules", basis.get().staticPart().microjoules());
      json.writeNumberField("cpuTimeMicrojoules", basis.get().cpuTime().microjoules());
    }
  }

  void stringOrNull(String key, Optional<String> value) throws IOException {
    json.writeFieldName(key);
    if (value.isPresent()) {
      json.writeString(value.get());
    } else {
      json.writeNull();
    }
  }

  void ifPresent(String key, OptionalLong value) throws IOException {
    if (value.isPresent()) {
      json.writeNumberField(key, value.getAsLong());
    }
  }
}
