package org.sobre.slurm.gres;

import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.sobre.hardware.node.CpuLayout;
import org.sobre.hardware.node.CpuTopology;
import org.sobre.hardware.units.CpuList;
import org.sobre.slurm.command.SlurmRelease;

/**
 * What {@code Cores=} may say of GPUs, by the processors that the kernel calls near them.
 *
 * <p>Before 24.11 that is the affinity itself, in Slurm's core ids. From 24.11.0 on a registration
 * is refused unless each socket is filled or untouched ("doesn't match socket boundaries", {@code
 * _foreach_rebuild_topo} in src/interfaces/gres.c, tag slurm-24-11-0-1; not in slurm-24-05-8-1):
 * the affinity, which on chiplet processors is a slice of a socket, is widened to the socket. Where
 * it touches several sockets but not all, nothing is said; nor where it is all, for that is what
 * Slurm takes from silence.
 */
final class CoresRule {

  /** The first release that refuses slices of a socket. */
  static final SlurmRelease WHOLE_SOCKETS_FROM = new SlurmRelease(24, 11, 0);

  private CoresRule() {}

  /**
   * @param affinities one a GPU
   * @param release of the slurmctld; absent where it is not known: then the stricter rule holds
   * @return one a GPU: a list of core ids, {@code 0-7}, or nothing to be said. If some say
   *     something the others say "all cores": slurmctld would take that from their silence, with an
   *     error at each registration ("has CPUs configured for only some of the records")
   */
  static List<Optional<String>> of(
      List<Optional<CpuList>> affinities, CpuTopology cpu, Optional<SlurmRelease> release) {
    Optional<CpuLayout> layout = cpu.layout().filter(CpuLayout::isRegular);
    if (layout.isEmpty()) {
      return affinities.stream().map(affinity -> Optional.<String>empty()).toList();
    }
    boolean slices = release.isPresent() && release.get().isBefore(WHOLE_SOCKETS_FROM);
    List<Optional<String>> cores =
        affinities.stream()
            .map(
                affinity ->
                    affinity
                        .flatMap(layout.get()::coresOf)
                        .flatMap(near -> slices ? Optional.of(near) : widened(near, layout.get()))
                        .filter(near -> near.size() < layout.get().coreCount())
                        .map(near -> CpuList.of(near).toString()))
            .toList();
    if (cores.stream().allMatch(Optional::isEmpty)) {
      return cores;
    }
    String all = CpuList.of(everyCore(layout.get())).toString();
    return cores.stream().map(told -> Optional.of(told.orElse(all))).toList();
  }

  /** The one socket that these cores lie in; empty if they lie in several. */
  private static Optional<SortedSet<Integer>> widened(SortedSet<Integer> near, CpuLayout layout) {
    for (int socket = 0; socket < layout.sockets().size(); socket++) {
      SortedSet<Integer> whole = layout.coresOfSocket(socket);
      if (whole.containsAll(near)) {
        return Optional.of(whole);
      }
    }
    return Optional.empty();
  }

  private static SortedSet<Integer> everyCore(CpuLayout layout) {
    SortedSet<Integer> all = new TreeSet<>();
    for (int core = 0; core < layout.coreCount(); core++) {
      all.add(core);
    }
    return all;
  }
}
