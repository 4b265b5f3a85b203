package org.sobre.accounting.report;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;
import org.sobre.accounting.factors.AppliedFactors;
import org.sobre.accounting.store.ContainingMeter;
import org.sobre.accounting.store.Metered;

/**
 * A report, before it is printed.
 *
 * @param rows by their keys
 * @param totals of all rows; a job in two rows counts once
 * @param unmeasured jobs and meters that the energy of the rows does not have
 * @param unbilled what no job pays; absent where the report is of some jobs only, for it is
 *     nobody's, and where nothing is known of its time
 * @param allocated of what no job pays, what the rows share; absent where nobody does
 * @param factors applied in the period, and where they lack a value that was needed
 */
public record Report(
    ReportRequest request,
    List<ReportRow> rows,
    ReportRow totals,
    Unmeasured unmeasured,
    Optional<Unbilled> unbilled,
    Optional<Allocated> allocated,
    AppliedFactors factors) {

  public Report {
    rows = List.copyOf(rows);
    requireNonNull(unbilled, "unbilled");
    requireNonNull(allocated, "allocated");
  }

  /** What the meters saw; of a report of all jobs. */
  public Metered metered() {
    return unbilled.orElseThrow().metered();
  }

  /** Whose the energy outside of any job was; nobody's of a report of some jobs. */
  public List<OutsideUser> outsideSlurm() {
    return unbilled.map(Unbilled::outsideSlurm).orElse(List.of());
  }

  /** The meters whose energy is in no sum; none of a report of some jobs. */
  public List<ContainingMeter> containing() {
    return unbilled.map(Unbilled::containing).orElse(List.of());
  }

  /** Whether all of its jobs are such that Slurm alone knows: something ran, and has no row. */
  public boolean isOfUncoveredJobsOnly() {
    return rows.isEmpty()
        && unmeasured.uncovered().filter(uncovered -> uncovered.all().jobs() > 0).isPresent();
  }

  /** Whether nothing is known of its time: what ran has no row, and nobody knows that none did. */
  public boolean isOfUnknownTime() {
    return rows.isEmpty()
        && !isOfUncoveredJobsOnly()
        && unmeasured.freshness().isSilentOf(request.period());
  }

  /** The same report, with other names for the users outside of any job. */
  public Report withOutsideSlurm(List<OutsideUser> users) {
    return new Report(
        request,
        rows,
        totals,
        unmeasured,
        unbilled.map(one -> one.withOutsideSlurm(users)),
        allocated,
        factors);
  }

  /** The same report with some of its rows. */
  public Report withRows(List<ReportRow> some, ReportRow theirTotals) {
    return new Report(request, some, theirTotals, unmeasured, unbilled, allocated, factors);
  }
}
