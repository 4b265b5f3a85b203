package org.sobre.energy.accrual;

import static java.util.Objects.requireNonNull;

import java.util.List;
import org.sobre.energy.ledger.JobLine.PartEnergy;
import org.sobre.slurm.job.JobKey;

/**
 * A running job as it stands now, with what is not settled yet: for the job itself, never for the
 * bill.
 *
 * @param elapsedMillis since it began
 * @param parts a meter that gave nothing stands here with its reason
 */
public record JobView(JobKey job, int uid, long elapsedMillis, List<PartEnergy> parts) {

  public JobView {
    requireNonNull(job, "job");
    parts = List.copyOf(parts);
  }

  /** Whole joules over all meters, rounded down. */
  public long joules() {
    return parts.stream().mapToLong(part -> part.energy().total().microjoules()).sum() / 1_000_000;
  }

  /** For how long every meter that gives anything was seen. */
  public long observedMillis() {
    return parts.stream()
        .mapToLong(PartEnergy::observedMillis)
        .filter(millis -> millis > 0)
        .min()
        .orElse(0);
  }
}
