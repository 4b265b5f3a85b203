package org.sobre.slurm.gres;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.sobre.hardware.gpu.Gpu;
import org.sobre.hardware.gpu.GpuPartition;
import org.sobre.hardware.gpu.GpuState;
import org.sobre.hardware.gpu.GpuVendor;
import org.sobre.slurm.node.GresEntry;

/**
 * {@code /run/sobre/slurm/visible}: for each of Slurm's positions the word by which the vendor's
 * runtime knows the device, for a shell that starts no process (the task prolog).
 *
 * <pre>
 * v=1
 * 0 nvidia GPU-5c1f0000-0000-0000-0000-000000000001
 * 1 nvidia MIG-8c6a…
 * 2 amd GPU-77a1b2c3d4e5f607 0
 * complete=1
 * </pre>
 *
 * <p>Position, vendor, word, and for AMD the number that its runtime gives the device, which is the
 * word too where the device has no id of its own (a partition, an old card). Whoever does not find
 * the last line reads nothing.
 */
public final class VisibleDevicesFile {

  /** Its name beside node.json. */
  public static final String NAME = "visible";

  private static final Pattern NVIDIA_WORD = Pattern.compile("(?:GPU|MIG)-[0-9A-Za-z/-]{1,100}");

  /** Sobre's id of a card whose driver tells a unique id; ROCm's word is GPU- and that id. */
  private static final Pattern AMD_UNIQUE = Pattern.compile("AMD-([0-9a-f]{16})");

  /** What a runtime cannot be told: the task prolog then leaves Slurm's variables alone. */
  private static final String UNKNOWN = "unknown -";

  private VisibleDevicesFile() {}

  /**
   * @param gpus every GPU of the node in PCI order, also those that are not given to Slurm: the
   *     runtimes count them
   */
  public static String render(NodeGres gres, List<Gpu> gpus) {
    Map<String, String> words = new HashMap<>();
    int amd = 0;
    for (Gpu gpu : gpus) {
      if (gpu.state() == GpuState.OK) {
        amd += gpu.vendor() == GpuVendor.AMD ? putAmd(gpu, amd, words) : putNvidia(gpu, words);
      }
    }
    StringBuilder text = new StringBuilder("v=1\n");
    for (GresEntry entry : gres.entries()) {
      text.append(entry.position())
          .append(' ')
          .append(words.getOrDefault(entry.device(), UNKNOWN))
          .append('\n');
    }
    return text.append("complete=1\n").toString();
  }

  private static int putNvidia(Gpu gpu, Map<String, String> words) {
    gpu.uuid().ifPresent(id -> putNvidia(id, words));
    gpu.partitions().stream()
        .map(GpuPartition::id)
        .flatMap(Optional::stream)
        .forEach(id -> putNvidia(id, words));
    return 0;
  }

  private static void putNvidia(String id, Map<String, String> words) {
    if (NVIDIA_WORD.matcher(id).matches()) {
      words.put(id, "nvidia " + id);
    }
  }

  /**
   * @return how many devices the runtime counts for the card
   */
  private static int putAmd(Gpu gpu, int first, Map<String, String> words) {
    if (gpu.partitioned()) {
      for (int i = 0; i < gpu.partitions().size(); i++) {
        int number = first + i;
        gpu.partitions().get(i).id().ifPresent(id -> words.put(id, amd("" + number, number)));
      }
      return gpu.partitions().size();
    }
    gpu.uuid()
        .ifPresent(
            id -> {
              var unique = AMD_UNIQUE.matcher(id);
              words.put(id, amd(unique.matches() ? "GPU-" + unique.group(1) : "" + first, first));
            });
    return 1;
  }

  private static String amd(String word, int number) {
    return "amd " + word + " " + number;
  }
}
