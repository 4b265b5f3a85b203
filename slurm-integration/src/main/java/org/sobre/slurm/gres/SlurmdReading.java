package org.sobre.slurm.gres;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import org.sobre.slurm.node.GresEntry;

/** What slurmd read, held against what was meant. Pure. */
final class SlurmdReading {

  private SlurmdReading() {}

  /**
   * The first difference, for a person; empty if there is none: as many GPUs, and at each position
   * the type, device files, cores, links and shards that were meant.
   */
  static Optional<String> difference(NodeGres meant, List<SlurmdGresLine> read) {
    List<String> expected = meant.entries().stream().map(SlurmdReading::gpu).toList();
    List<String> found =
        read.stream().filter(line -> line.name().equals("gpu")).map(SlurmdReading::gpu).toList();
    for (int i = 0; i < Math.max(expected.size(), found.size()); i++) {
      String want = i < expected.size() ? expected.get(i) : "no GPU";
      String got = i < found.size() ? found.get(i) : "no GPU";
      if (!want.equals(got)) {
        return Optional.of("position " + i + ": expected " + want + ", slurmd reads " + got);
      }
    }
    Map<String, Long> shardsMeant = shardsMeant(meant);
    Map<String, Long> shardsRead = shardsRead(read);
    return shardsMeant.equals(shardsRead)
        ? Optional.empty()
        : Optional.of("shards: expected " + shardsMeant + ", slurmd reads " + shardsRead);
  }

  private static String gpu(GresEntry entry) {
    return gpu(
        entry.type(),
        entry.files().stream().map(Objects::toString).collect(Collectors.joining(",")),
        entry.cores(),
        entry.links().isEmpty()
            ? Optional.empty()
            : Optional.of(
                entry.links().stream().map(String::valueOf).collect(Collectors.joining(","))));
  }

  private static String gpu(SlurmdGresLine line) {
    String gpu =
        gpu(
            line.type().orElse("(none)"),
            String.join(",", line.files()),
            line.cores(),
            line.links());
    return line.count() == 1 ? gpu : line.count() + " x " + gpu;
  }

  private static String gpu(
      String type, String files, Optional<String> cores, Optional<String> links) {
    return "Type="
        + type
        + " File="
        + files
        + cores.map(text -> " Cores=" + text).orElse("")
        + links.map(text -> " Links=" + text).orElse("");
  }

  private static Map<String, Long> shardsMeant(NodeGres meant) {
    Map<String, Long> shards = new LinkedHashMap<>();
    for (GresEntry entry : meant.entries()) {
      OptionalInt count = entry.shards();
      count.ifPresent(number -> shards.put(entry.file().toString(), (long) number));
    }
    return shards;
  }

  /** A GPU that is not shared has a record of 0 shards. */
  private static Map<String, Long> shardsRead(List<SlurmdGresLine> read) {
    Map<String, Long> shards = new LinkedHashMap<>();
    read.stream()
        .filter(line -> line.name().equals(NodeGres.SHARD) && line.count() > 0)
        .forEach(line -> shards.put(String.join(",", line.files()), line.count()));
    return shards;
  }
}
