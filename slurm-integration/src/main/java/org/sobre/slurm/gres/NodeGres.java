package org.sobre.slurm.gres;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.sobre.hardware.gpu.GpuVendor;
import org.sobre.hardware.node.CpuTopology;
import org.sobre.slurm.node.GresEntry;

/**
 * A node's GPUs in the order in which slurmd numbers them: grouped by type, in PCI order inside a
 * group. slurmd 22.05 regroups interleaved types itself, so any other order would make positions
 * and device files differ from what we publish.
 *
 * <p>The constructor refuses what makes slurmd die or read something else than was meant: a doubled
 * File, a type that Slurm would cut, positions with a gap, types that are not grouped. Every entry
 * has both Type and File, because some with and some without is fatal too.
 *
 * @param vendor of all GPUs; absent if there are none or of several vendors. It decides the Flags,
 *     and lines with differing Flags are fatal to slurmd, so a mixed node has none.
 */
public record NodeGres(List<GresEntry> entries, Optional<GpuVendor> vendor) {

  /** Slurm's name of a GPU gres. */
  public static final String GPU = "gpu";

  /** Slurm's name of a share of a GPU. */
  public static final String SHARD = "shard";

  private static final Pattern PLAIN_PATH = Pattern.compile("/[A-Za-z0-9_./-]+");

  public NodeGres {
    entries = List.copyOf(entries);
    requireNonNull(vendor, "vendor");
    Set<List<Path>> files = new HashSet<>();
    Set<String> types = new HashSet<>();
    String group = "";
    for (int i = 0; i < entries.size(); i++) {
      GresEntry entry = entries.get(i);
      require(entry.position() == i, entry, "expected position " + i);
      require(TypeName.isSafe(entry.type()), entry, "expected a type of [a-z0-9_.-]");
      require(entry.files().stream().allMatch(NodeGres::isPlain), entry, "expected a plain path");
      require(files.add(entry.files()), entry, "this device file stands twice");
      require(
          entry.links().isEmpty() || entry.files().size() == 1,
          entry,
          "Links= needs exactly one File");
      require(
          entry.type().equals(group) || types.add(entry.type()), entry, "types must be grouped");
      group = entry.type();
    }
  }

  private static boolean isPlain(Path file) {
    return PLAIN_PATH.matcher(file.toString()).matches();
  }

  private static void require(boolean holds, GresEntry entry, String expected) {
    if (!holds) {
      throw new IllegalArgumentException(
          "gres "
              + entry.position()
              + " (type "
              + entry.type()
              + ", file "
              + entry.files()
              + "): "
              + expected);
    }
  }

  /**
   * @param cpu of the node, by which Cores= are numbered
   */
  public static NodeGres of(Offer offer, CpuTopology cpu) {
    Map<String, List<Offered>> byType = new LinkedHashMap<>();
    for (Offered device : offer.devices()) {
      byType.computeIfAbsent(device.type(), type -> new ArrayList<>()).add(device);
    }
    List<Offered> ordered = byType.values().stream().flatMap(List::stream).toList();
    List<Optional<String>> cores =
        CoresRule.of(
            ordered.stream().map(device -> device.board().locality().localCpus()).toList(),
            cpu,
            offer.options().release());
    boolean linked =
        ordered.stream()
            .anyMatch(device -> device.linksTo(ordered).stream().anyMatch(lanes -> lanes > 0));
    List<GresEntry> entries = new ArrayList<>();
    for (int i = 0; i < ordered.size(); i++) {
      List<Integer> links =
          linked && ordered.get(i).partition().isEmpty()
              ? ordered.get(i).linksTo(ordered)
              : List.of();
      entries.add(entry(i, ordered.get(i), cores.get(i), links, offer.options()));
    }
    List<GpuVendor> vendors =
        ordered.stream().map(device -> device.board().vendor()).distinct().toList();
    return new NodeGres(
        entries, vendors.size() == 1 ? Optional.of(vendors.get(0)) : Optional.empty());
  }

  private static GresEntry entry(
      int position,
      Offered device,
      Optional<String> cores,
      List<Integer> links,
      GresOptions options) {
    return new GresEntry(
        position,
        GPU,
        device.type(),
        device.files(),
        cores,
        links,
        device.shards(options),
        device.device(),
        device.part());
  }

  /** How many of each type, in the order of the positions. */
  public Map<String, Integer> countByType() {
    Map<String, Integer> counts = new LinkedHashMap<>();
    entries.forEach(entry -> counts.merge(entry.type(), 1, Integer::sum));
    return counts;
  }

  /** Of all GPUs together; 0 where none is shared. */
  public int shards() {
    return entries.stream().mapToInt(entry -> entry.shards().orElse(0)).sum();
  }

  /**
   * What AccountingStorageTRES= must have because of this node: without the types, accounting knows
   * how many GPUs a job had and not which.
   */
  public List<String> tres() {
    List<String> tres = new ArrayList<>(List.of("gres/" + GPU));
    countByType().keySet().forEach(type -> tres.add("gres/" + GPU + ":" + type));
    if (shards() > 0) {
      tres.add("gres/" + SHARD);
    }
    return tres;
  }

  /** What GresTypes= must have because of this node. */
  public List<String> names() {
    return shards() > 0 ? List.of(GPU, SHARD) : List.of(GPU);
  }
}
