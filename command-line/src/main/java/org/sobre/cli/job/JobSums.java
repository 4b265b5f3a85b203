package org.sobre.cli.job;

import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.sobre.accounting.store.RunDetails;
import org.sobre.energy.ledger.JobLine.PartEnergy;

/**
 * A job's runs together.
 *
 * @param microjoules absent where no meter saw anything: that is not nothing
 * @param busyMillis times of GPUs, summed over devices, where their load was read
 * @param observedMillis over all meters
 * @param dueMillis for how long they should have been
 */
record JobSums(
    OptionalLong microjoules,
    long busyMillis,
    long idleMillis,
    long observedMillis,
    long dueMillis) {

  static JobSums of(List<RunDetails> runs) {
    long microjoules = 0;
    long busy = 0;
    long idle = 0;
    long observed = 0;
    long due = 0;
    boolean seen = false;
    for (RunDetails run : runs) {
      for (PartEnergy part : run.parts()) {
        microjoules += part.energy().total().microjoules();
        seen |= isSeen(part);
        observed += Math.min(part.observedMillis(), run.elapsedMillis());
        due += run.elapsedMillis();
      }
      if (run.use().isPresent()) {
        busy += run.use().get().busyMillis().orElse(0);
        idle += run.use().get().heldIdleMillis().orElse(0);
      }
    }
    return new JobSums(
        seen ? OptionalLong.of(microjoules) : OptionalLong.empty(), busy, idle, observed, due);
  }

  /** Whether its meter told anything: else its energy is not known, which is not 0. */
  static boolean isSeen(PartEnergy part) {
    return part.observedMillis() > 0 || !part.energy().isZero();
  }

  /** Observed of due time, 0 to 1; absent where nothing was due. */
  OptionalDouble coverage() {
    return dueMillis == 0
        ? OptionalDouble.empty()
        : OptionalDouble.of((double) observedMillis / dueMillis);
  }

  /** Of the time in which GPUs were held and their load read, 0 to 1; absent where none was. */
  OptionalDouble idleShare() {
    long known = busyMillis + idleMillis;
    return known == 0 ? OptionalDouble.empty() : OptionalDouble.of((double) idleMillis / known);
  }
}
