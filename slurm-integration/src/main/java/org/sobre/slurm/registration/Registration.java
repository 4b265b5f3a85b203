package org.sobre.slurm.registration;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.sobre.hardware.node.CpuTopology;
import org.sobre.slurm.command.NodeRecord;
import org.sobre.slurm.gres.NodeGres;
import org.sobre.slurm.node.GresEntry;
import org.sobre.slurm.node.NodeDocument;

/** Compares what a node says with what Slurm says of it, and decides. Pure. */
final class Registration {

  /** Slurm's, of a node that nobody gave a weight. */
  static final long DEFAULT_WEIGHT = 1;

  /** A node that grew by less is the same: what the kernel keeps for itself varies. */
  private static final double MEMORY_TOLERANCE = 0.01;

  /** Begins every feature that Sobre gives to a node; all others are somebody else's. */
  private static final Pattern OUR_FEATURE = Pattern.compile("(vram|gpu)_.*");

  private Registration() {}

  static Decision decide(NodeDocument document, Optional<NodeRecord> known, BootFacts boot) {
    if (known.isEmpty()) {
      return new Decision.Create();
    }
    List<String> differences = differences(document, known.get());
    if (differences.isEmpty()) {
      return new Decision.Settle(Optional.empty());
    }
    if (!known.get().isDynamic()) {
      return keeping("slurm.conf has a NodeName= line for it, whose record is not ours to delete");
    }
    if (!boot.running().isEmpty()) {
      return keeping(String.join(" and ", boot.running()) + " is running on this node");
    }
    if (!boot.firstOfBoot()) {
      return keeping("slurmd has been started in this boot already");
    }
    return new Decision.Replace(differences);
  }

  private static Decision keeping(String why) {
    return new Decision.Settle(Optional.of(why));
  }

  /**
   * Each as {@code Gres gpu:a=2 -> gpu:a=1}, Slurm's value first; of features only those that come
   * and go.
   */
  static List<String> differences(NodeDocument document, NodeRecord known) {
    List<String> differences = promises(document, known);
    compare("CPUs", known.cpus(), slurmsCpus(document.cpu()), differences);
    long mebibytes = document.memory().mebibytes();
    if (mebibytes < known.realMemoryMebibytes()
        || mebibytes > known.realMemoryMebibytes() * (1 + MEMORY_TOLERANCE)) {
      compare("RealMemory", known.realMemoryMebibytes(), mebibytes, differences);
    }
    return differences;
  }

  /**
   * Those differences for which the node must not be given jobs. Processors and memory are none:
   * slurmd tells Slurm of them itself, and Slurm drains a node that has less than its record says.
   * Features of the admin's own never differ; if the record's comment has the digest of what is
   * told now, the record was right once, and features are as an admin wants them.
   */
  static List<String> promises(NodeDocument document, NodeRecord known) {
    List<String> differences = new ArrayList<>();
    compare("Gres", sharesTogether(known.gres()), gres(document), differences);
    if (!NodeComment.says(known.comment(), document.digest())) {
      compareFeatures(ours(known.features()), ours(document.features()), differences);
    }
    return differences;
  }

  /**
   * The number that slurmctld makes of what slurmd tells: sockets, cores a socket and threads a
   * core are whole numbers, and CPUs that are none of their products are reset to the whole product
   * (src/common/read_config.c, "Resetting CPUs", and {@code get_cpuinfo} in
   * src/slurmd/common/xcpuinfo.c, tag slurm-22-05-8-1). 8 cores of two threads and 4 of one are 12.
   */
  static int slurmsCpus(CpuTopology cpu) {
    int cores = Math.max(1, cpu.cores() / cpu.sockets()) * cpu.sockets();
    int threads = cores * Math.max(1, cpu.threads() / cpu.cores());
    boolean fits = List.of(cpu.sockets(), cores, threads).contains(cpu.threads());
    return fits ? cpu.threads() : threads;
  }

  /** As Slurm counts them: by type, and all shards of the node together. */
  static Map<String, Integer> gres(NodeDocument document) {
    Map<String, Integer> gres = new TreeMap<>();
    for (GresEntry entry : document.gres()) {
      gres.merge(entry.name() + ":" + entry.type(), 1, Integer::sum);
      entry.shards().ifPresent(shards -> gres.merge(NodeGres.SHARD, shards, Integer::sum));
    }
    return gres;
  }

  /**
   * Slurm's record tells the shares by type once slurmd has registered ({@code shard:nvidia_l4:44},
   * seen with 22.05.8), and before that as they were given to it: {@code shard:66}.
   */
  private static Map<String, Integer> sharesTogether(Map<String, Integer> gres) {
    Map<String, Integer> together = new TreeMap<>();
    gres.forEach(
        (name, count) ->
            together.merge(
                name.startsWith(NodeGres.SHARD + ":") ? NodeGres.SHARD : name,
                count,
                Integer::sum));
    return together;
  }

  static boolean isOurs(String feature) {
    return OUR_FEATURE.matcher(feature).matches();
  }

  private static Set<String> ours(Collection<String> features) {
    return features.stream()
        .filter(Registration::isOurs)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static void compare(String what, Object known, Object here, List<String> differences) {
    if (!known.equals(here)) {
      differences.add(what + " " + plain(known) + " -> " + plain(here));
    }
  }

  private static void compareFeatures(
      Set<String> known, Set<String> here, List<String> differences) {
    Set<String> gone = new TreeSet<>(known);
    gone.removeAll(here);
    Set<String> come = new TreeSet<>(here);
    come.removeAll(known);
    compare("Features", gone, come, differences);
  }

  /** Without the braces and blanks of a collection's text: it becomes part of a Reason. */
  private static String plain(Object value) {
    String text = value.toString().replaceAll("[\\[\\]{} ]", "");
    return text.isEmpty() ? "none" : text;
  }
}
