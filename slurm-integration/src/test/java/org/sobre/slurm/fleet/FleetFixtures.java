package org.sobre.slurm.fleet;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.sobre.hardware.json.JsonShapeException;
import org.sobre.hardware.node.NodeJson;
import org.sobre.slurm.gres.SlurmNode;

/** Documents of small machines, as {@code sobre node publish} writes them. */
final class FleetFixtures {

  private FleetFixtures() {}

  /**
   * @param types of each card, in the order of positions, grouped
   */
  static Map<String, Object> document(String node, long memoryMiB, String... types) {
    List<Map<String, Object>> gres = new ArrayList<>();
    List<Map<String, Object>> gpus = new ArrayList<>();
    for (String type : types) {
      int i = gres.size();
      String device = String.format(Locale.ROOT, "GPU-00000000-0000-0000-0000-%012d", i);
      Map<String, Object> entry = new LinkedHashMap<>();
      entry.put("position", i);
      entry.put("name", "gpu");
      entry.put("type", type);
      entry.put("file", "/dev/nvidia" + i);
      entry.put("device", device);
      gres.add(entry);
      Map<String, Object> gpu = new LinkedHashMap<>();
      gpu.put("vendor", "nvidia");
      gpu.put("model", type);
      gpu.put("uuid", device);
      gpu.put("pciBusId", String.format(Locale.ROOT, "0000:%02x:00.0", i + 1));
      gpu.put("state", "ok");
      gpus.add(gpu);
    }
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("v", 1);
    document.put("node", node);
    document.put("boot", "5f0c1c1e-0000-4000-8000-000000000001");
    document.put("at", "2026-11-20T14:00:00Z");
    document.put("digest", "0".repeat(64));
    document.put("delivery", "dynamic");
    document.put("gres", gres);
    document.put(
        "features", types.length == 0 ? List.of() : List.of("vram_ge_8g", "gpu_vendor_nvidia"));
    document.put("gpus", gpus);
    document.put(
        "cpu", new LinkedHashMap<>(Map.of("model", "m", "sockets", 2, "cores", 8, "threads", 16)));
    document.put("memoryMiB", memoryMiB);
    return document;
  }

  static String text(Map<String, Object> document) {
    return NodeJson.render(document);
  }

  /** Everything a card's entry may have but files and a partition. */
  @SuppressWarnings("unchecked")
  static Map<String, Object> sharedDocument(String node, int shards) {
    Map<String, Object> document = document(node, 64_000, "nvidia_l4");
    Map<String, Object> entry =
        ((List<Map<String, Object>>) requireNonNull(document.get("gres"))).get(0);
    entry.put("cores", "0-7");
    entry.put("links", List.of(-1));
    entry.put("shards", shards);
    return document;
  }

  static SlurmNode shared(String node, int shards) {
    return read(node, sharedDocument(node, shards));
  }

  static SlurmNode node(String node, long memoryMiB, String... types) {
    return read(node, document(node, memoryMiB, types));
  }

  private static SlurmNode read(String node, Map<String, Object> document) {
    try {
      return FleetDocument.read(node, text(document)).node();
    } catch (JsonShapeException e) {
      throw new AssertionError(e);
    }
  }
}
