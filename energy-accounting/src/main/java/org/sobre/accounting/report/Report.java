package org.sobre.accounting.report;

import java.util.List;
import org.sobre.accounting.factors.AppliedFactors;
import org.sobre.accounting.store.ContainingMeter;
import org.sobre.accounting.store.Metered;

/**
 * A report, before it is printed.
 *
 * @param rows by their keys
 * @param totals of all rows; a job in two rows counts once
 * @param unmeasured jobs and meters that the energy of the rows does not have
 * @param metered what the meters saw in the period, and what of it no job pays
 * @param outsideSlurm whose the energy outside of any job was, by uid
 * @param containing the meters whose energy is in no sum, for what they contain is
 * @param factors applied in the period, and where they lack a value that was needed
 */
public record Report(
    ReportRequest request,
    List<ReportRow> rows,
    ReportRow totals,
    Unmeasured unmeasured,
    Metered metered,
    List<OutsideUser> outsideSlurm,
    List<ContainingMeter> containing,
    AppliedFactors factors) {

  public Report {
    rows = List.copyOf(rows);
    outsideSlurm = List.copyOf(outsideSlurm);
    containing = List.copyOf(containing);
  }

  /** The same report, with other names for the users outside of any job. */
  public Report withOutsideSlurm(List<OutsideUser> users) {
    return new Report(request, rows, totals, unmeasured, metered, users, containing, factors);
  }

  /** The same report with some of its rows. */
  public Report withRows(List<ReportRow> some, ReportRow theirTotals) {
    return new Report(
        request, some, theirTotals, unmeasured, metered, outsideSlurm, containing, factors);
  }
}
