package org.sobre.hardware.node;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toList;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.sobre.hardware.probe.SysRoot;
import org.sobre.hardware.units.CpuList;

/**
 * Reads the layout of the processors from {@code /sys/devices/system/cpu} and {@code …/node} (Linux
 * Documentation/ABI/stable/sysfs-devices-system-cpu).
 *
 * <p>Cores of a socket are in hwloc's order, which Slurm numbers by: whatever groups them (NUMA
 * node, die, third-level cache) stands together, groups and cores by their lowest processor.
 */
final class SysCpuLayout {

  /** Of one core: the sets it lies in, the largest first, itself last. */
  private record Core(int socket, CpuList cpus, List<CpuList> groups) {}

  private static final Comparator<CpuList> BY_LOWEST =
      Comparator.comparingInt((CpuList list) -> list.cpus().first());

  private final Path cpus;
  private final Path nodes;
  private final SysRoot root;
  private final Map<Integer, CpuList> numaOf = new HashMap<>();

  private SysCpuLayout(SysRoot root) {
    this.root = root;
    this.cpus = root.sys().resolve("devices/system/cpu");
    this.nodes = root.sys().resolve("devices/system/node");
  }

  /**
   * Empty where the kernel does not tell, where some processors are offline, and on processors with
   * cores of two kinds: newer releases of Slurm leave the E-cores out of the GPUs' affinity (tag
   * slurm-24-11-0-1, src/plugins/gpu/nvml/gpu_nvml.c, CONF_FLAG_ECORE), so ids would not be what we
   * take them for.
   */
  static Optional<CpuLayout> read(SysRoot root) {
    try {
      return new SysCpuLayout(root).layout();
    } catch (IOException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private Optional<CpuLayout> layout() throws IOException {
    Optional<CpuList> online = list(cpus.resolve("online"));
    if (online.isEmpty()
        || !online.equals(list(cpus.resolve("present")))
        || Files.exists(root.sys().resolve("devices/cpu_atom"))) {
      return Optional.empty();
    }
    readNumaNodes();
    Map<CpuList, Core> cores = new HashMap<>();
    for (int cpu : online.get().cpus()) {
      Core core = core(cpu);
      cores.putIfAbsent(core.cpus(), core);
    }
    Map<Integer, List<Core>> bySocket =
        cores.values().stream().collect(groupingBy(Core::socket, TreeMap::new, toList()));
    List<List<CpuList>> sockets = new ArrayList<>();
    for (List<Core> socket : bySocket.values()) {
      sockets.add(socket.stream().sorted(SysCpuLayout::inHwlocOrder).map(Core::cpus).toList());
    }
    sockets.sort(Comparator.comparing(SysCpuLayout::lowest, BY_LOWEST));
    return Optional.of(new CpuLayout(sockets));
  }

  private static CpuList lowest(List<CpuList> cores) {
    return cores.stream().min(BY_LOWEST).orElseThrow();
  }

  private static int inHwlocOrder(Core left, Core right) {
    for (int i = 0; i < Math.min(left.groups().size(), right.groups().size()); i++) {
      int order = BY_LOWEST.compare(left.groups().get(i), right.groups().get(i));
      if (order != 0) {
        return order;
      }
    }
    return BY_LOWEST.compare(left.cpus(), right.cpus());
  }

  private Core core(int cpu) throws IOException {
    Path own = cpus.resolve("cpu" + cpu);
    Path topology = own.resolve("topology");
    int socket = Integer.parseInt(text(topology.resolve("physical_package_id")));
    Optional<CpuList> threads = list(topology.resolve("core_cpus_list"));
    CpuList core =
        threads
            // the name before Linux 5.3
            .or(() -> list(topology.resolve("thread_siblings_list")))
            .orElseThrow(() -> new IllegalArgumentException("no list of threads in " + topology));
    if (socket < 0 || !core.cpus().contains(cpu)) {
      throw new IllegalArgumentException("no usable topology in " + topology);
    }
    List<CpuList> groups = new ArrayList<>();
    Optional.ofNullable(numaOf.get(cpu)).ifPresent(groups::add);
    list(topology.resolve("die_cpus_list")).ifPresent(groups::add);
    list(own.resolve("cache/index3/shared_cpu_list")).ifPresent(groups::add);
    groups.sort(Comparator.comparingInt((CpuList group) -> group.cpus().size()).reversed());
    return new Core(socket, core, groups);
  }

  private void readNumaNodes() throws IOException {
    if (!Files.isDirectory(nodes)) {
      return;
    }
    try (DirectoryStream<Path> found = Files.newDirectoryStream(nodes, "node[0-9]*")) {
      for (Path node : found) {
        list(node.resolve("cpulist"))
            .ifPresent(list -> list.cpus().forEach(cpu -> numaOf.put(cpu, list)));
      }
    }
  }

  private static Optional<CpuList> list(Path file) {
    try {
      return CpuList.parse(text(file));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static String text(Path file) throws IOException {
    return Files.readString(file).strip();
  }
}
