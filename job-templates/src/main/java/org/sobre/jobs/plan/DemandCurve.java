package org.sobre.jobs.plan;

import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.sobre.jobs.profile.MemoryModel;
import org.sobre.jobs.profile.MemoryModel.Basis;
import org.sobre.jobs.profile.MemoryModel.Linear;
import org.sobre.jobs.profile.MemoryModel.Point;
import org.sobre.jobs.profile.MemoryModel.Points;

/**
 * What each batch asks for by a memory model. The margins are the errors that such models were seen
 * to make on published sweeps (docs/batch-planning.md).
 */
final class DemandCurve {

  /** Between two points, and on a line fitted to a measurement. */
  static final int INTERPOLATION_PERCENT = 5;

  /** Beyond the largest point, up to twice its batch. */
  static final int EXTRAPOLATION_PERCENT = 8;

  /** For a model nobody has run: the worst that a fit was ever wrong by on those sweeps. */
  static final int PRIOR_PERCENT = 29;

  private static final int EXTRAPOLATION_FACTOR = 2;

  /** No trainer takes more at once; it bounds the search. */
  private static final int LARGEST_BATCH = 1 << 14;

  private final MemoryModel model;

  DemandCurve(MemoryModel model) {
    this.model = model;
  }

  /** The largest batch of which the model may say anything. */
  int largestBatch() {
    return model.match(
        points -> Math.min(LARGEST_BATCH, EXTRAPOLATION_FACTOR * last(points).batch()),
        linear -> LARGEST_BATCH);
  }

  /**
   * The demand of one batch, without regard to larger ones that may be better known.
   *
   * @param batch from 1 to {@link #largestBatch()}
   */
  Demand at(int batch) {
    return model.match(points -> onPoints(points, batch), linear -> onLine(linear, batch));
  }

  /**
   * The largest batch whose demand a device meets. A larger batch may be better known than a
   * smaller one, and then with less margin: what fits it fits the smaller one, too.
   */
  OptionalInt largestOn(Device device) {
    return model.match(points -> search(device), linear -> bisect(device));
  }

  /** Points are few and margins differ between them: every batch is asked, from the largest. */
  private OptionalInt search(Device device) {
    return IntStream.iterate(largestBatch(), batch -> batch >= 1, batch -> batch - 1)
        .filter(batch -> at(batch).isMetBy(device))
        .findFirst();
  }

  /** On a line a larger batch always asks for more. */
  private OptionalInt bisect(Device device) {
    int fits = 0;
    int tooLarge = largestBatch() + 1;
    while (tooLarge - fits > 1) {
      int middle = (fits + tooLarge) >>> 1;
      if (at(middle).isMetBy(device)) {
        fits = middle;
      } else {
        tooLarge = middle;
      }
    }
    return fits == 0 ? OptionalInt.empty() : OptionalInt.of(fits);
  }

  private static Demand onLine(Linear linear, int batch) {
    double bytes =
        Math.max(
            (double) linear.step().bytes(),
            linear.fixed().bytes() + (double) batch * linear.perItem().bytes());
    return Demand.withMargin(
        bytes, linear.basis() == Basis.PRIOR ? PRIOR_PERCENT : INTERPOLATION_PERCENT);
  }

  private static Demand onPoints(Points model, int batch) {
    List<Point> points = model.points();
    // below the first point nothing is known but that it takes no more
    Point previous = points.get(0);
    if (batch <= previous.batch()) {
      return atPoint(previous);
    }
    for (Point next : points) {
      if (batch == next.batch()) {
        return atPoint(next);
      }
      if (batch < next.batch()) {
        return Demand.withMargin(line(previous, next, batch), INTERPOLATION_PERCENT);
      }
      previous = next;
    }
    return Demand.withMargin(beyond(points, batch), EXTRAPOLATION_PERCENT);
  }

  private static Demand atPoint(Point point) {
    return new Demand(point.memory(), 0, point.cardGigabytes());
  }

  private static double line(Point a, Point b, int batch) {
    double perItem = (b.memory().bytes() - a.memory().bytes()) / (double) (b.batch() - a.batch());
    return a.memory().bytes() + perItem * (batch - a.batch());
  }

  /** One point alone tells no slope: then all of its memory counts as its items'. */
  private static double beyond(List<Point> points, int batch) {
    Point last = points.get(points.size() - 1);
    if (points.size() == 1) {
      return last.memory().bytes() * (double) batch / last.batch();
    }
    return line(points.get(points.size() - 2), last, batch);
  }

  private static Point last(Points points) {
    return points.points().get(points.points().size() - 1);
  }
}
