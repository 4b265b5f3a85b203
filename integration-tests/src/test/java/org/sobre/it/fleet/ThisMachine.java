package org.sobre.it.fleet;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.sobre.hardware.node.CpuLayout;
import org.sobre.hardware.node.CpuTopology;
import org.sobre.hardware.probe.CommonsExecToolRunner;
import org.sobre.hardware.units.CpuList;

/** What {@code slurmd -C} finds where the tests run, and so every slurmd of a fleet. */
final class ThisMachine {

  private static final Pattern WORD = Pattern.compile("([A-Za-z]+)=(\\S*)");

  private ThisMachine() {}

  /** The processors that slurmd finds on this machine, as all nodes here have them. */
  static CpuTopology cpu() {
    Map<String, Integer> words = machineWords();
    int sockets = words.getOrDefault("SocketsPerBoard", 1) * words.getOrDefault("Boards", 1);
    int cores = sockets * words.getOrDefault("CoresPerSocket", 1);
    int threads = cores * words.getOrDefault("ThreadsPerCore", 1);
    return new CpuTopology(
        "of this machine", sockets, cores, threads, Optional.of(layout(sockets, cores, threads)));
  }

  /** In the order of sockets and cores: which number the kernel gives is nothing to Slurm. */
  private static CpuLayout layout(int sockets, int cores, int threads) {
    List<CpuList> all =
        IntStream.range(0, cores)
            .mapToObj(core -> IntStream.range(core * threads / cores, (core + 1) * threads / cores))
            .map(processors -> CpuList.of(processors.boxed().toList()))
            .toList();
    return new CpuLayout(
        IntStream.range(0, sockets)
            .mapToObj(s -> all.subList(s * cores / sockets, (s + 1) * cores / sockets))
            .toList());
  }

  /** In MiB. */
  static long memoryMebibytes() {
    return machineWords().getOrDefault("RealMemory", 1);
  }

  private static Map<String, Integer> machineWords() {
    String said =
        new CommonsExecToolRunner().run(List.of("slurmd", "-C"), Duration.ofSeconds(20)).stdout();
    Map<String, Integer> words = new TreeMap<>();
    Matcher word = WORD.matcher(said);
    while (word.find()) {
      if (word.group(2).matches("\\d{1,9}")) {
        words.put(word.group(1), Integer.valueOf(word.group(2)));
      }
    }
    return words;
  }
}
