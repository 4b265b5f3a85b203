package org.sobre.slurm.registration;

import java.util.List;

/**
 * What decides whether Slurm's record of this node may be deleted.
 *
 * @param firstOfBoot whether no registration has been decided since the machine started
 * @param running names of Slurm's own processes that are alive here: {@code slurmd}, {@code
 *     slurmstepd}
 */
record BootFacts(boolean firstOfBoot, List<String> running) {

  BootFacts {
    running = List.copyOf(running);
  }
}
