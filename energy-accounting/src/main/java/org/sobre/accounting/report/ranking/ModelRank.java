package org.sobre.accounting.report.ranking;

import static java.util.Objects.requireNonNull;

import java.math.BigDecimal;
import java.util.Optional;

/**
 * A model of GPU among those that did a profile's work.
 *
 * @param gpu type held
 * @param jobs that its numbers are of
 * @param perSecond of a GPU: half a GPU for two seconds is one
 * @param perJoule of the jobs' energy; absent where some job's was not seen, as the times of it
 * @param perEuro of what that energy cost; absent without a price for some of it
 * @param timesPerSecond its median over that of the model that is the measure
 */
public record ModelRank(
    String gpu,
    int jobs,
    Quartiles perSecond,
    Optional<Quartiles> perJoule,
    Optional<Quartiles> perEuro,
    BigDecimal timesPerSecond,
    Optional<BigDecimal> timesPerJoule,
    Optional<BigDecimal> timesPerEuro) {

  public ModelRank {
    requireNonNull(gpu, "gpu");
    requireNonNull(perSecond, "perSecond");
    requireNonNull(perJoule, "perJoule");
    requireNonNull(perEuro, "perEuro");
    requireNonNull(timesPerSecond, "timesPerSecond");
    requireNonNull(timesPerJoule, "timesPerJoule");
    requireNonNull(timesPerEuro, "timesPerEuro");
  }
}
