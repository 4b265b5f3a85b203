package org.sobre.accounting.report;

import static java.util.Objects.requireNonNull;

import java.util.List;
import org.sobre.accounting.store.ContainingMeter;
import org.sobre.accounting.store.Metered;

/**
 * What the meters of the whole site saw besides jobs.
 *
 * @param metered what the meters saw in the period, and what of it no job pays
 * @param outsideSlurm whose the energy outside of any job was, by uid
 * @param containing the meters whose energy is in no sum, for what they contain is
 */
public record Unbilled(
    Metered metered, List<OutsideUser> outsideSlurm, List<ContainingMeter> containing) {

  public Unbilled {
    requireNonNull(metered, "metered");
    outsideSlurm = List.copyOf(outsideSlurm);
    containing = List.copyOf(containing);
  }

  /** The same, with other names for the users outside of any job. */
  public Unbilled withOutsideSlurm(List<OutsideUser> users) {
    return new Unbilled(metered, users, containing);
  }
}
