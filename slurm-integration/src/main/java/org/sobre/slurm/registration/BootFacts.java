package org.sobre.slurm.registration;

import java.util.List;

/**
 * What decides whether Slurm's record of this node may be deleted.
 *
 * @param firstOfBoot whether slurmd has not been started since the machine was
 * @param running names of Slurm's own processes that are alive here: {@code slurmd}, {@code
 *     slurmstepd}
 */
record BootFacts(boolean firstOfBoot, List<String> running) {

  BootFacts {
    running = List.copyOf(running);
  }

  Moment moment() {
    return running.contains("slurmd") ? Moment.AFTER_SLURMD : Moment.BEFORE_SLURMD;
  }
}
