package org.sobre.jobs.station;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.sobre.hardware.json.JsonObject;
import org.sobre.hardware.json.JsonShapeException;

/**
 * What the daemon says of its node in this second: {@code {"v":1,"ask":"node"}}.
 *
 * @param node its name
 * @param jobsKnown whether it was asked who holds what: else a device without a holder is not free
 */
public record NodeView(String node, List<Device> devices, boolean jobsKnown) {

  /**
   * One device; absent is unknown.
   *
   * @param part gpu, cpu-package, dram, node
   * @param device as in the ledger
   * @param watts mean of the last second
   * @param busyPercent 0 to 100
   * @param celsius of the chip
   * @param holder absent if nobody holds it; of several the asker's own
   * @param holders all of them, where several hold it or one holds a part; else empty
   * @param missing why there is no reading, a word of the ledger's
   * @param withheld whether there is one that is none of the asker's business
   */
  public record Device(
      String part,
      String device,
      OptionalLong watts,
      OptionalLong busyPercent,
      OptionalLong memoryUsedMebibytes,
      OptionalLong memoryTotalMebibytes,
      OptionalLong celsius,
      Optional<Holder> holder,
      List<Holder> holders,
      Optional<String> missing,
      boolean withheld) {
    public Device {
      requireNonNull(missing, "missing");
      requireNonNull(part, "part");
      requireNonNull(device, "device");
      requireNonNull(celsius, "celsius");
      requireNonNull(holder, "holder");
      holders = List.copyOf(holders);
    }

    /** A device that is shown. */
    public Device(
        String part,
        String device,
        OptionalLong watts,
        OptionalLong busyPercent,
        OptionalLong memoryUsedMebibytes,
        OptionalLong memoryTotalMebibytes,
        OptionalLong celsius,
        Optional<Holder> holder,
        List<Holder> holders) {
      this(
          part,
          device,
          watts,
          busyPercent,
          memoryUsedMebibytes,
          memoryTotalMebibytes,
          celsius,
          holder,
          holders,
          Optional.empty(),
          /* withheld= */ false);
    }

    /** A device that nobody holds in part, and whose temperature is not told. */
    public Device(
        String part,
        String device,
        OptionalLong watts,
        OptionalLong busyPercent,
        OptionalLong memoryUsedMebibytes,
        OptionalLong memoryTotalMebibytes,
        Optional<Holder> holder) {
      this(
          part,
          device,
          watts,
          busyPercent,
          memoryUsedMebibytes,
          memoryTotalMebibytes,
          OptionalLong.empty(),
          holder,
          List.of());
    }
  }

  /**
   * Whose job; all absent if that is none of the asker's business.
   *
   * @param partition which part of the device, by its profile; absent for the whole
   */
  public record Holder(
      Optional<String> job,
      Optional<String> user,
      Optional<String> account,
      Optional<String> partition) {
    public Holder {
      requireNonNull(job, "job");
      requireNonNull(user, "user");
      requireNonNull(account, "account");
      requireNonNull(partition, "partition");
    }

    /** Of a whole device. */
    public Holder(Optional<String> job, Optional<String> user, Optional<String> account) {
      this(job, user, account, Optional.empty());
    }
  }

  public NodeView {
    requireNonNull(node, "node");
    devices = List.copyOf(devices);
  }

  /** As a daemon tells it. */
  public NodeView(String node, List<Device> devices) {
    this(node, devices, /* jobsKnown= */ true);
  }

  public static Map<String, Object> question() {
    Map<String, Object> question = new LinkedHashMap<>();
    question.put("v", 1);
    question.put("ask", "node");
    return question;
  }

  /**
   * @throws JsonShapeException if it is no answer to {@link #question}
   */
  public static NodeView of(JsonObject answer) throws JsonShapeException {
    List<Device> devices = new ArrayList<>();
    for (JsonObject device : answer.objects("devices")) {
      devices.add(
          new Device(
              device.requiredString("part"),
              device.requiredString("device"),
              device.integer("watts"),
              device.integer("busyPercent"),
              device.integer("memoryUsedMiB"),
              device.integer("memoryTotalMiB"),
              device.integer("temperatureCelsius"),
              holder(device),
              holders(device),
              device.string("missing"),
              device.bool("withheld").orElse(false)));
    }
    return new NodeView(answer.requiredString("node"), devices);
  }

  private static Optional<Holder> holder(JsonObject device) throws JsonShapeException {
    Optional<JsonObject> holder = device.object("holder");
    return holder.isEmpty() ? Optional.empty() : Optional.of(heldBy(holder.get()));
  }

  private static List<Holder> holders(JsonObject device) throws JsonShapeException {
    List<Holder> holders = new ArrayList<>();
    for (JsonObject holder : device.objects("holders")) {
      holders.add(heldBy(holder));
    }
    return holders;
  }

  private static Holder heldBy(JsonObject json) throws JsonShapeException {
    return new Holder(
        json.string("job"), json.string("user"), json.string("account"), json.string("partition"));
  }
}
