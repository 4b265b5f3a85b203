package org.sobre.energy.accrual;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.sobre.energy.ledger.JobLine.GpuUse;
import org.sobre.energy.ledger.JobLine.HeldGpu;
import org.sobre.energy.ledger.JobLine.PartEnergy;
import org.sobre.energy.ledger.PowerProfile;
import org.sobre.slurm.job.JobFacts;
import org.sobre.slurm.job.JobKey;

/**
 * A running job as it stands now, with what is not settled yet: for the job itself, never for the
 * bill.
 *
 * @param elapsedMillis since it began
 * @param parts a meter that gave nothing stands here with its reason
 * @param details absent of a job of which only the begin is known
 */
public record JobView(
    JobKey job, int uid, long elapsedMillis, List<PartEnergy> parts, Optional<Details> details) {

  /**
   * What its line would tell besides.
   *
   * @param gpus that it holds, with the part that it really had of shared ones
   */
  public record Details(
      JobFacts facts,
      Instant begin,
      List<HeldGpu> gpus,
      Optional<GpuUse> use,
      Optional<PowerProfile> power) {
    public Details {
      requireNonNull(facts, "facts");
      requireNonNull(begin, "begin");
      gpus = List.copyOf(gpus);
      requireNonNull(use, "use");
      requireNonNull(power, "power");
    }
  }

  public JobView {
    requireNonNull(job, "job");
    parts = List.copyOf(parts);
    requireNonNull(details, "details");
  }

  /** Of one that has just begun. */
  public JobView(JobKey job, int uid, long elapsedMillis, List<PartEnergy> parts) {
    this(job, uid, elapsedMillis, parts, Optional.empty());
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
