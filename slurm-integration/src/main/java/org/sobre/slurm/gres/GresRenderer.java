package org.sobre.slurm.gres;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.stream.Collectors;
import org.sobre.hardware.gpu.GpuVendor;
import org.sobre.hardware.node.CpuTopology;
import org.sobre.slurm.node.GresEntry;

/** A {@link SlurmNode} as the texts that Slurm reads. All are deterministic: no date, no host. */
public final class GresRenderer {

  private GresRenderer() {}

  /**
   * The fragment that the controller's gres.conf includes: one line a GPU or partition, in the
   * order of the positions, then one a GPU that is shared.
   */
  public static String gresConf(SlurmNode node) {
    StringBuilder text =
        new StringBuilder(
            "# Written by `sobre node publish` at each boot: changes here are lost.\n");
    String flags = node.gres().vendor().map(v -> " Flags=" + environmentFlag(v)).orElse("");
    List<GresEntry> entries = node.gres().entries();
    entries.forEach(entry -> text.append(gresLine(entry)).append(flags).append('\n'));
    entries.forEach(entry -> entry.shards().ifPresent(n -> text.append(shardLine(entry, n))));
    return text.toString();
  }

  private static String gresLine(GresEntry entry) {
    String files = entry.files().stream().map(Path::toString).collect(Collectors.joining(","));
    return "Name="
        + entry.name()
        + " Type="
        + entry.type()
        + (entry.files().size() > 1 ? " MultipleFiles=" : " File=")
        + files
        + entry.cores().map(cores -> " Cores=" + cores).orElse("")
        + (entry.links().isEmpty() ? "" : " Links=" + commas(entry.links()));
  }

  /** Without a type: Slurm copies that of the GPU with the same file ({@code _merge_lists}). */
  private static String shardLine(GresEntry entry, int shards) {
    return "Name=" + NodeGres.SHARD + " Count=" + shards + " File=" + entry.file() + "\n";
  }

  private static String commas(List<Integer> numbers) {
    return numbers.stream().map(String::valueOf).collect(Collectors.joining(","));
  }

  /** The variable a job finds its GPUs in; without Flags, Slurm sets those of all vendors. */
  private static String environmentFlag(GpuVendor vendor) {
    return switch (vendor) {
      case NVIDIA -> "nvidia_gpu_env";
      case AMD -> "amd_gpu_env";
    };
  }

  /** What {@code slurmd -Z --conf} is given; empty on a node without GPUs. */
  public static String slurmdConf(SlurmNode node) {
    return gresAndFeatures(node).toString();
  }

  /** A NodeName= line, for a site that lists its nodes in slurm.conf. */
  public static String nodeLine(SlurmNode node) {
    StringJoiner line = new StringJoiner(" ");
    line.add("NodeName=" + node.node());
    line.add(cpus(node.cpu()));
    line.add("RealMemory=" + node.memory().mebibytes());
    line.add(gresAndFeatures(node).toString());
    return line.toString().strip() + "\n";
  }

  /** {@code CPUs=32 Sockets=1 CoresPerSocket=16 ThreadsPerCore=2}. */
  static String cpus(CpuTopology cpu) {
    StringJoiner words = new StringJoiner(" ");
    words.add("CPUs=" + cpu.threads());
    if (isRegular(cpu)) {
      words.add("Sockets=" + cpu.sockets());
      words.add("CoresPerSocket=" + cpu.cores() / cpu.sockets());
      words.add("ThreadsPerCore=" + cpu.threads() / cpu.cores());
    }
    return words.toString();
  }

  /** A processor with unlike cores has no threads per core: Slurm then goes by CPUs= alone. */
  private static boolean isRegular(CpuTopology cpu) {
    return cpu.cores() % cpu.sockets() == 0 && cpu.threads() % cpu.cores() == 0;
  }

  /** What the site's slurm.conf needs because of this node. */
  public static String slurmConf(SlurmNode node) {
    return "# For the controller's slurm.conf.\n"
        + slurmConfNeeds(node.gres().names(), node.gres().tres())
        + "# Only where nodes do not describe themselves (slurmd -Z needs no such line):\n"
        + nodeLine(node);
  }

  /**
   * What the site's own lines must have, as remarks. Not a GresTypes= of its own: of two in
   * slurm.conf the later counts ("GresTypes 1 specified more than once, latest value used", Slurm's
   * src/common/parse_config.c), and a site's may name more. Not an AccountingStorageTRES= either:
   * slurmctld without slurmdbd dies of it (seen with 22.05.8).
   */
  public static String slurmConfNeeds(List<String> gresTypes, List<String> tres) {
    return """
        # slurm.conf needs: GresTypes=%s
        # Where slurmdbd keeps accounts, and only there, to count each type apart:
        #AccountingStorageTRES=%s
        """
        .formatted(String.join(",", gresTypes), String.join(",", tres));
  }

  /** For scripts. */
  public static Map<String, Object> document(SlurmNode node) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("node", node.node());
    document.put("gres", gresDocument(node.gres().entries()));
    document.put("features", node.features());
    document.put("slurmd", slurmdConf(node));
    document.put("digest", digest(node));
    return document;
  }

  /** The {@code gres} array of node.json. */
  public static List<Map<String, Object>> gresDocument(List<GresEntry> entries) {
    return entries.stream().map(GresRenderer::entryDocument).toList();
  }

  private static Map<String, Object> entryDocument(GresEntry entry) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("position", entry.position());
    json.put("name", entry.name());
    json.put("type", entry.type());
    json.put("file", entry.file().toString());
    if (entry.files().size() > 1) {
      json.put("files", entry.files().stream().map(Object::toString).toList());
    }
    entry.cores().ifPresent(cores -> json.put("cores", cores));
    if (!entry.links().isEmpty()) {
      json.put("links", entry.links());
    }
    entry.shards().ifPresent(shards -> json.put("shards", shards));
    json.put("device", entry.device());
    entry.partition().ifPresent(part -> json.put("partition", partitionDocument(part)));
    return json;
  }

  private static Map<String, Object> partitionDocument(GresEntry.Partition partition) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("board", partition.board());
    json.put("profile", partition.profile());
    partition.memoryMebibytes().ifPresent(mebibytes -> json.put("memoryMiB", mebibytes));
    return json;
  }

  /** SHA-256, in hexadecimal, of what Slurm is told: equal if and only if both texts are. */
  public static String digest(SlurmNode node) {
    String told = slurmdConf(node) + "\n" + gresConf(node);
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(sha256.digest(told.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private static StringJoiner gresAndFeatures(SlurmNode node) {
    StringJoiner words = new StringJoiner(" ");
    Map<String, Integer> counts = node.gres().countByType();
    if (!counts.isEmpty()) {
      StringJoiner gres = new StringJoiner(",", "Gres=", "");
      counts.forEach((type, count) -> gres.add(NodeGres.GPU + ":" + type + ":" + count));
      if (node.gres().shards() > 0) {
        gres.add(NodeGres.SHARD + ":" + node.gres().shards());
      }
      words.add(gres.toString());
    }
    if (!node.features().isEmpty()) {
      words.add("Feature=" + String.join(",", node.features()));
    }
    return words;
  }
}
