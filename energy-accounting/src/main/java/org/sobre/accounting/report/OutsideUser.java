package org.sobre.accounting.report;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import org.sobre.accounting.store.QualitySums;

/**
 * What a user's processes drew outside of any job.
 *
 * @param name absent for a user of whom no job is known
 */
public record OutsideUser(int uid, Optional<String> name, QualitySums energy) {

  public OutsideUser {
    requireNonNull(name, "name");
    requireNonNull(energy, "energy");
  }
}
