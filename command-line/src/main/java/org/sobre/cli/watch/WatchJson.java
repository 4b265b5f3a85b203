package org.sobre.cli.watch;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.sobre.cli.watch.Traffic.Flow;
import org.sobre.jobs.station.NodeView;
import org.sobre.jobs.station.NodeView.Device;
import org.sobre.jobs.station.NodeView.Holder;

/** One JSON object a look, on a line of its own; what is not known is an absent key. */
public final class WatchJson implements WatchFormat {

  private static final JsonFactory JSON = new JsonFactory();

  @Override
  public String head() {
    return "";
  }

  @Override
  public String look(Look look) {
    NodeView view = look.view();
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(text)) {
      json.writeStartObject();
      json.writeStringField("at", look.at().truncatedTo(ChronoUnit.MILLIS).toString());
      json.writeStringField("node", view.node());
      if (!view.jobsKnown()) {
        json.writeBooleanField("jobsKnown", false);
      }
      json.writeArrayFieldStart("devices");
      for (Device device : view.devices()) {
        write(json, device);
      }
      json.writeEndArray();
      flows(json, "disks", look.traffic().disks(), "read", "written");
      flows(json, "networks", look.traffic().networks(), "received", "sent");
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("a StringWriter does not fail", e);
    }
    return text + "\n";
  }

  private static void write(JsonGenerator json, Device device) throws IOException {
    json.writeStartObject();
    json.writeStringField("part", device.part());
    json.writeStringField("device", device.device());
    write(json, "watts", device.watts());
    write(json, "busyPercent", device.busyPercent());
    write(json, "memoryUsedMiB", device.memoryUsedMebibytes());
    write(json, "memoryTotalMiB", device.memoryTotalMebibytes());
    write(json, "temperatureCelsius", device.celsius());
    write(json, "missing", device.missing());
    if (device.withheld()) {
      json.writeBooleanField("withheld", true);
    }
    if (device.holder().isPresent()) {
      json.writeFieldName("holder");
      write(json, device.holder().get());
    }
    if (!device.holders().isEmpty()) {
      json.writeArrayFieldStart("holders");
      for (Holder holder : device.holders()) {
        write(json, holder);
      }
      json.writeEndArray();
    }
    json.writeEndObject();
  }

  private static void flows(JsonGenerator json, String key, List<Flow> flows, String in, String out)
      throws IOException {
    json.writeArrayFieldStart(key);
    for (Flow flow : flows) {
      json.writeStartObject();
      json.writeStringField("device", flow.device());
      write(json, in + "BytesPerSecond", flow.in());
      write(json, out + "BytesPerSecond", flow.out());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static void write(JsonGenerator json, Holder holder) throws IOException {
    json.writeStartObject();
    write(json, "partition", holder.partition());
    if (holder.job().isEmpty()) {
      json.writeBooleanField("held", true);
    }
    write(json, "job", holder.job());
    write(json, "user", holder.user());
    write(json, "account", holder.account());
    json.writeEndObject();
  }

  private static void write(JsonGenerator json, String key, OptionalLong value) throws IOException {
    if (value.isPresent()) {
      json.writeNumberField(key, value.getAsLong());
    }
  }

  private static void write(JsonGenerator json, String key, Optional<String> value)
      throws IOException {
    if (value.isPresent()) {
      json.writeStringField(key, value.get());
    }
  }
}
