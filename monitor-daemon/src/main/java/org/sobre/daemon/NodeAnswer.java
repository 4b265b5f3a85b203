package org.sobre.daemon;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.IntPredicate;
import org.sobre.daemon.NodeView.DeviceView;
import org.sobre.daemon.NodeView.Holder;
import org.sobre.energy.ledger.Part;
import org.sobre.slurm.job.JobFacts;

/**
 * What anybody is told of the node: whole watts of the last second. Whose job holds a device, and
 * what that job does with it, is for that user, operators and root alone; others see that it is
 * held. Watts added up each second would be the other's joules. Of a CPU package, which nobody
 * holds, those are told who have a run here, and everybody while nobody has.
 */
final class NodeAnswer {

  private static final long MILLIWATTS_PER_WATT = 1_000;

  private NodeAnswer() {}

  /**
   * @param ledgerTrouble why the ledger cannot be written, which says nothing of anybody's job
   * @param peer whether who asks may be told of a user's jobs
   */
  static String of(NodeView view, Optional<String> ledgerTrouble, IntPredicate peer) {
    return JsonLine.of(
        json -> {
          json.writeStringField("node", view.node());
          if (ledgerTrouble.isPresent()) {
            json.writeStringField("ledgerTrouble", ledgerTrouble.get());
          }
          json.writeArrayFieldStart("devices");
          for (DeviceView device : view.devices()) {
            json.writeStartObject();
            device(json, device, peer, view);
            json.writeEndObject();
          }
          json.writeEndArray();
        });
  }

  private static void device(
      JsonGenerator json, DeviceView device, IntPredicate peer, NodeView view) throws IOException {
    json.writeStringField("part", device.meter().part().jsonName());
    json.writeStringField("device", device.meter().device());
    if (mayReadOf(device, peer, view)) {
      readings(json, device);
    } else {
      json.writeBooleanField("withheld", true);
    }
    if (device.missing().isPresent()) {
      json.writeStringField("missing", device.missing().get().jsonName());
    }
    number(json, "memoryTotalMiB", device.memoryTotalMebibytes());
    if (!device.holders().isEmpty()) {
      json.writeObjectFieldStart("holder");
      holder(json, device, peer);
      json.writeEndObject();
    }
    if (isShared(device)) {
      json.writeArrayFieldStart("holders");
      for (Holder holder : device.holders()) {
        json.writeStartObject();
        if (holder.partition().isPresent()) {
          json.writeStringField("partition", holder.partition().get());
        }
        toldTo(peer, holder.job(), json);
        json.writeEndObject();
      }
      json.writeEndArray();
    }
  }

  private static boolean isShared(DeviceView device) {
    return device.holders().size() > 1
        || device.holders().stream().anyMatch(holder -> holder.partition().isPresent());
  }

  private static boolean mayReadOf(DeviceView device, IntPredicate peer, NodeView view) {
    List<Integer> users =
        device.meter().part() == Part.GPU
            ? device.holders().stream().map(holder -> holder.job().uid()).toList()
            : view.users();
    return users.isEmpty() || users.stream().anyMatch(peer::test);
  }

  private static void readings(JsonGenerator json, DeviceView device) throws IOException {
    if (device.milliwatts().isPresent()) {
      long milliwatts = device.milliwatts().getAsLong() + MILLIWATTS_PER_WATT / 2;
      json.writeNumberField("watts", milliwatts / MILLIWATTS_PER_WATT);
    }
    number(json, "busyPercent", device.busyPercent());
    number(json, "memoryUsedMiB", device.memoryUsedMebibytes());
    number(json, "temperatureCelsius", device.celsius());
  }

  /** Of several the asker's own, if there is one. */
  private static void holder(JsonGenerator json, DeviceView device, IntPredicate peer)
      throws IOException {
    Holder told =
        device.holders().stream()
            .filter(holder -> peer.test(holder.job().uid()))
            .findFirst()
            .orElse(device.holders().get(0));
    toldTo(peer, told.job(), json);
  }

  private static void toldTo(IntPredicate peer, JobFacts job, JsonGenerator json)
      throws IOException {
    if (!peer.test(job.uid())) {
      json.writeBooleanField("held", true);
      return;
    }
    json.writeStringField("job", job.key().toString());
    json.writeStringField("user", job.user());
    if (job.account().isPresent()) {
      json.writeStringField("account", job.account().get());
    }
  }

  private static void number(JsonGenerator json, String key, OptionalInt value) throws IOException {
    if (value.isPresent()) {
      json.writeNumberField(key, value.getAsInt());
    }
  }

  private static void number(JsonGenerator json, String key, OptionalLong value)
      throws IOException {
    if (value.isPresent()) {
      json.writeNumberField(key, value.getAsLong());
    }
  }
}
