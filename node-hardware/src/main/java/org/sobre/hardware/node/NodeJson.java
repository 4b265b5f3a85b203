package org.sobre.hardware.node;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sobre.hardware.gpu.Gpu;
import org.sobre.hardware.gpu.GpuPartition;
import org.sobre.hardware.gpu.UnknownPlace;
import org.sobre.hardware.probe.ProbeReport;
import org.sobre.hardware.units.MemorySize;

/**
 * A {@link NodeDescription} as a document of maps, lists, texts and whole numbers: what {@code
 * sobre discover} prints and what node.json repeats. Keys are camelCase with their unit; an unknown
 * value is an absent key, arrays are never null.
 */
public final class NodeJson {

  private NodeJson() {}

  /** The whole description, its name first: what {@code sobre discover} prints. */
  public static Map<String, Object> document(NodeDescription node, MemorySize offerFrom) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("node", node.node());
    document.putAll(hardware(node, offerFrom));
    return document;
  }

  /**
   * {@code gpus cpu memoryMiB board meters probes}, to be put into a document of one's own.
   *
   * @param offerFrom least video memory of a GPU that is given to Slurm
   */
  public static Map<String, Object> hardware(NodeDescription node, MemorySize offerFrom) {
    Map<String, Object> hardware = new LinkedHashMap<>();
    hardware.put("gpus", node.gpus().stream().map(gpu -> gpu(gpu, offerFrom)).toList());
    hardware.put("cpu", cpu(node.cpu()));
    hardware.put("memoryMiB", node.memory().mebibytes());
    put(hardware, "board", node.board());
    hardware.put("meters", node.meters().stream().map(NodeJson::meter).toList());
    hardware.put("probes", node.probes().stream().map(NodeJson::probe).toList());
    return hardware;
  }

  /**
   * GPUs of a recording.
   *
   * @param offerFrom least video memory of a GPU that is given to Slurm
   */
  public static List<Map<String, Object>> recorded(List<Gpu> gpus, MemorySize offerFrom) {
    return gpus.stream().map(gpu -> gpu(gpu, offerFrom)).toList();
  }

  /** Indented, with a line feed at the end. */
  public static String render(Map<String, Object> document) {
    return indented(document);
  }

  /** The same of an array. */
  public static String render(List<Map<String, Object>> documents) {
    return indented(documents);
  }

  private static String indented(Object document) {
    try {
      return JSON.std.with(JSON.Feature.PRETTY_PRINT_OUTPUT).asString(document) + "\n";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Map<String, Object> gpu(Gpu gpu, MemorySize offerFrom) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("index", gpu.index());
    json.put("vendor", gpu.vendor().jsonName());
    json.put("model", gpu.model());
    put(json, "uuid", gpu.uuid());
    if (!UnknownPlace.isOne(gpu.pciAddress())) {
      json.put("pciBusId", gpu.pciAddress().toString());
    }
    put(json, "device", gpu.device().map(Object::toString));
    put(json, "memoryTotalMiB", gpu.memoryTotal().measured().map(MemorySize::mebibytes));
    put(json, "memoryFreeMiB", gpu.memoryFree().measured().map(MemorySize::mebibytes));
    json.put("state", gpu.state().jsonName());
    put(json, "stateDetail", gpu.stateDetail());
    Optional<String> why = gpu.whyNotOffered(offerFrom);
    json.put("offered", why.isEmpty());
    put(json, "why", why);
    put(json, "architecture", gpu.architecture());
    put(json, "computeCapability", gpu.computeCapability());
    put(json, "family", gpu.family());
    gpu.tdpWatts().ifPresent(watts -> json.put("tdpWatts", watts));
    put(json, "driver", gpu.driver());
    gpu.locality().numaNode().ifPresent(numa -> json.put("numaNode", numa));
    put(json, "localCpus", gpu.locality().localCpus().map(Object::toString));
    if (!gpu.links().isEmpty()) {
      Map<String, Object> links = new LinkedHashMap<>();
      gpu.links().forEach((peer, lanes) -> links.put(peer.toString(), lanes));
      json.put("links", links);
    }
    if (gpu.partitioned()) {
      json.put("partitions", gpu.partitions().stream().map(part -> partition(gpu, part)).toList());
    }
    return json;
  }

  private static Map<String, Object> partition(Gpu gpu, GpuPartition partition) {
    Map<String, Object> json = new LinkedHashMap<>();
    put(json, "id", partition.id());
    put(json, "profile", partition.profile());
    put(json, "memoryTotalMiB", partition.memoryTotal().measured().map(MemorySize::mebibytes));
    put(json, "memoryFreeMiB", partition.memoryFree().measured().map(MemorySize::mebibytes));
    json.put("devices", partition.devices().stream().map(Object::toString).toList());
    partition.gpuInstance().ifPresent(instance -> json.put("gpuInstance", instance));
    partition.computeInstance().ifPresent(instance -> json.put("computeInstance", instance));
    Optional<String> why = gpu.whyNotOffered(partition);
    json.put("offered", why.isEmpty());
    put(json, "why", why);
    return json;
  }

  private static Map<String, Object> cpu(CpuTopology cpu) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("model", cpu.model());
    json.put("sockets", cpu.sockets());
    json.put("cores", cpu.cores());
    json.put("threads", cpu.threads());
    return json;
  }

  private static Map<String, Object> meter(MeterDescription meter) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("part", meter.part());
    json.put("device", meter.device());
    json.put("source", meter.source());
    meter.rangeMicrojoules().ifPresent(range -> json.put("rangeMicrojoules", range));
    return json;
  }

  private static Map<String, Object> probe(ProbeReport probe) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("name", probe.name());
    json.put("outcome", probe.outcome().jsonName());
    json.put("ms", probe.took().toMillis());
    put(json, "detail", probe.detail());
    return json;
  }

  private static void put(Map<String, Object> json, String key, Optional<?> value) {
    value.ifPresent(present -> json.put(key, present));
  }
}
