package org.sobre.jobs.prior;

import java.util.List;
import java.util.OptionalDouble;
import java.util.function.DoubleFunction;
import java.util.function.Predicate;
import org.sobre.jobs.prior.MemoryPrior.Constants;

/** The constants that some points say: for each the mean of what is left without it. */
final class Fitted {

  private static final double GIBI = 1 << 30;

  private Fitted() {}

  /** A constant of which no point tells stays as it is. */
  static Constants on(List<PublishedPoint> points) {
    return new Constants(
        mean(points, p -> !p.isTraining() && !p.isText(), c -> new Constants(c, 0, 0))
            .orElse(MemoryPrior.FITTED.workspace()),
        mean(
                points,
                p -> p.isTraining() && p.isText() && p.isDeepspeed(),
                c -> new Constants(0, c, 0))
            .orElse(MemoryPrior.FITTED.trainer()),
        mean(points, p -> p.isTraining() && !p.isText(), c -> new Constants(0, 0, c))
            .orElse(MemoryPrior.FITTED.image()));
  }

  /** Predictions are linear in each constant: two of them tell the third. */
  private static OptionalDouble mean(
      List<PublishedPoint> points,
      Predicate<PublishedPoint> family,
      DoubleFunction<Constants> constants) {
    return points.stream()
        .filter(family)
        .filter(PublishedPoint::hasPeak)
        .mapToDouble(
            point -> {
              double without = predicted(point, constants.apply(0));
              double perUnit = (predicted(point, constants.apply(GIBI)) - without) / GIBI;
              return (point.peakBytes() - without) / perUnit;
            })
        .average();
  }

  private static double predicted(PublishedPoint point, Constants constants) {
    return new MemoryPrior(constants).of(point.shape(), point.recipe()).peakBytes(point.batch());
  }
}
