package org.sobre.slurm.node;

import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.sobre.hardware.gpu.GpuState;
import org.sobre.hardware.gpu.GpuVendor;
import org.sobre.hardware.gpu.UnknownPlace;
import org.sobre.hardware.json.JsonObject;
import org.sobre.hardware.json.JsonShapeException;
import org.sobre.hardware.node.CpuTopology;
import org.sobre.hardware.units.MemorySize;
import org.sobre.hardware.units.PciAddress;

/** Reads {@code node.json} (SCHEMAS). Pure: text in, record out. */
public final class NodeDocumentCodec {

  /** Major version of node.json. */
  public static final long VERSION = 1;

  private NodeDocumentCodec() {}

  /**
   * @throws JsonShapeException if the text is not a node document of this major version
   */
  public static NodeDocument read(String text) throws JsonShapeException {
    return read(JsonObject.parse(text));
  }

  /**
   * @throws JsonShapeException as {@link #read(String)}
   */
  public static NodeDocument read(JsonObject document) throws JsonShapeException {
    JsonObject json = versioned(document);
    try {
      return new NodeDocument(
          json.requiredString("node"),
          json.requiredString("boot"),
          json.requiredString("digest"),
          json.string("slurmVersion"),
          gres(json),
          gpus(json),
          json.strings("features"),
          cpu(json.requiredObject("cpu")),
          MemorySize.ofMebibytes(json.requiredInteger("memoryMiB")));
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw new JsonShapeException("node.json: " + e.getMessage());
    }
  }

  /**
   * What an admin had said of the node before its record was deleted in this boot.
   *
   * @throws JsonShapeException as {@link #read(String)}
   */
  public static AdminState readAdminState(String text) throws JsonShapeException {
    Optional<JsonObject> state = versioned(JsonObject.parse(text)).object("adminState");
    if (state.isEmpty()) {
      return AdminState.NONE;
    }
    JsonObject json = state.get();
    try {
      return new AdminState(
          json.string("drainReason"),
          json.string("comment"),
          json.integer("weight"),
          json.string("extra"),
          json.strings("features"));
    } catch (IllegalArgumentException e) {
      throw new JsonShapeException("node.json: adminState: " + e.getMessage());
    }
  }

  /**
   * What the node should give to Slurm and does not; nothing in a document of an earlier version.
   *
   * @throws JsonShapeException as {@link #read(String)}
   */
  public static Shortfall readShortfall(String text) throws JsonShapeException {
    JsonObject json = versioned(JsonObject.parse(text));
    List<MissingGpu> missing = new ArrayList<>();
    for (JsonObject item : json.objects("missing")) {
      String since = item.requiredString("since");
      try {
        missing.add(
            new MissingGpu(
                item.string("device"),
                item.string("pciBusId").flatMap(PciAddress::parse),
                item.requiredString("model"),
                Instant.parse(since),
                item.bool("drained").orElse(false)));
      } catch (DateTimeParseException e) {
        throw new JsonShapeException("missing: since: expected an instant, found " + since);
      }
    }
    return new Shortfall(missing, json.string("refused"), json.string("comparedWith"));
  }

  private static JsonObject versioned(JsonObject json) throws JsonShapeException {
    long version = json.requiredInteger("v");
    if (version != VERSION) {
      throw new JsonShapeException("v: expected version " + VERSION + ", found " + version);
    }
    return json;
  }

  private static List<GresEntry> gres(JsonObject json) throws JsonShapeException {
    List<GresEntry> entries = new ArrayList<>();
    for (JsonObject item : json.objects("gres")) {
      entries.add(
          new GresEntry(
              Math.toIntExact(item.requiredInteger("position")),
              item.requiredString("name"),
              item.requiredString("type"),
              files(item),
              item.string("cores"),
              item.integers("links").stream().map(Math::toIntExact).toList(),
              whole(item.integer("shards")),
              item.requiredString("device"),
              partition(item)));
    }
    return entries;
  }

  /** {@code files} stands only where there are several, as for a MIG partition. */
  private static List<Path> files(JsonObject item) throws JsonShapeException {
    List<String> files = item.strings("files");
    return (files.isEmpty() ? List.of(item.requiredString("file")) : files)
        .stream().map(Path::of).toList();
  }

  private static OptionalInt whole(OptionalLong number) {
    return number.isPresent()
        ? OptionalInt.of(Math.toIntExact(number.getAsLong()))
        : OptionalInt.empty();
  }

  private static Optional<GresEntry.Partition> partition(JsonObject item)
      throws JsonShapeException {
    Optional<JsonObject> json = item.object("partition");
    return json.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new GresEntry.Partition(
                json.get().requiredString("board"),
                json.get().requiredString("profile"),
                json.get().integer("memoryMiB")));
  }

  /** A vendor of a later version is passed over. */
  private static List<PublishedGpu> gpus(JsonObject json) throws JsonShapeException {
    List<PublishedGpu> gpus = new ArrayList<>();
    for (JsonObject item : json.objects("gpus")) {
      Optional<GpuVendor> vendor = vendor(item.requiredString("vendor"));
      if (vendor.isPresent()) {
        gpus.add(
            new PublishedGpu(
                vendor.get(),
                item.requiredString("model"),
                item.string("uuid"),
                place(item, gpus.size()),
                item.requiredString("state").equals(GpuState.OK.jsonName()),
                item.integer("memoryTotalMiB"),
                item.keys().contains("partitions"),
                partitions(item),
                whole(item.integer("tdpWatts")),
                item.string("computeCapability")));
      }
    }
    return gpus;
  }

  /** The key stands only for a card that is split, also where it is split into nothing. */
  private static List<PublishedPartition> partitions(JsonObject gpu) throws JsonShapeException {
    List<PublishedPartition> partitions = new ArrayList<>();
    for (JsonObject item : gpu.objects("partitions")) {
      partitions.add(
          new PublishedPartition(
              item.string("id"),
              item.string("profile"),
              item.integer("memoryTotalMiB"),
              whole(item.integer("gpuInstance"))));
    }
    return partitions;
  }

  /** Of a card of which the node does not know where it sits, none that another has. */
  private static PciAddress place(JsonObject item, int number) throws JsonShapeException {
    Optional<String> bus = item.string("pciBusId");
    if (bus.isEmpty()) {
      return UnknownPlace.of(number);
    }
    return PciAddress.parse(bus.get())
        .orElseThrow(
            () -> new JsonShapeException("pciBusId: expected an address, found " + bus.get()));
  }

  private static Optional<GpuVendor> vendor(String name) {
    return Arrays.stream(GpuVendor.values())
        .filter(vendor -> vendor.jsonName().equals(name))
        .findFirst();
  }

  private static CpuTopology cpu(JsonObject json) throws JsonShapeException {
    return new CpuTopology(
        json.requiredString("model"),
        Math.toIntExact(json.requiredInteger("sockets")),
        Math.toIntExact(json.requiredInteger("cores")),
        Math.toIntExact(json.requiredInteger("threads")));
  }
}
