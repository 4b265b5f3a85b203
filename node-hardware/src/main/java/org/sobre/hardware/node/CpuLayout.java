package org.sobre.hardware.node;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.sobre.hardware.units.CpuList;

/**
 * Which logical processors make a core, and which cores a socket. Cores are numbered through,
 * socket by socket: Slurm's "abstract" or logical core ids, as Cores= of gres.conf(5) means them
 * ({@code xcpuinfo_mac_to_abs} in Slurm's src/slurmd/common/xcpuinfo.c).
 *
 * @param sockets for each its cores, for each core its logical processors; no processor twice
 */
public record CpuLayout(List<List<CpuList>> sockets) {

  public CpuLayout {
    sockets = sockets.stream().map(List::copyOf).toList();
    if (sockets.isEmpty() || sockets.stream().anyMatch(List::isEmpty)) {
      throw new IllegalArgumentException(
          "expected at least one socket, and a core in each, found " + sockets);
    }
    Set<Integer> seen = new HashSet<>();
    for (List<CpuList> socket : sockets) {
      for (CpuList core : socket) {
        for (int cpu : core.cpus()) {
          if (!seen.add(cpu)) {
            throw new IllegalArgumentException("processor " + cpu + " stands in two cores");
          }
        }
      }
    }
  }

  /** Whether all sockets have as many cores and all cores as many processors: Slurm's model. */
  public boolean isRegular() {
    return sockets.stream().map(List::size).distinct().count() == 1
        && sockets.stream().flatMap(List::stream).map(core -> core.cpus().size()).distinct().count()
            == 1;
  }

  /** Of all sockets together. */
  public int coreCount() {
    return sockets.stream().mapToInt(List::size).sum();
  }

  /** The ids of a socket's cores, ascending. */
  public SortedSet<Integer> coresOfSocket(int socket) {
    int first = sockets.subList(0, socket).stream().mapToInt(List::size).sum();
    SortedSet<Integer> cores = new TreeSet<>();
    for (int core = first; core < first + sockets.get(socket).size(); core++) {
      cores.add(core);
    }
    return cores;
  }

  /**
   * The ids of the cores that have one of these processors at least; empty if one of them is in no
   * core.
   */
  public Optional<SortedSet<Integer>> coresOf(CpuList cpus) {
    SortedSet<Integer> cores = new TreeSet<>();
    Set<Integer> left = new HashSet<>(cpus.cpus());
    int id = 0;
    for (List<CpuList> socket : sockets) {
      for (CpuList core : socket) {
        if (left.removeAll(core.cpus())) {
          cores.add(id);
        }
        id++;
      }
    }
    return left.isEmpty() ? Optional.of(cores) : Optional.empty();
  }
}
