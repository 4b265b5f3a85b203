package org.sobre.jobs.plan;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.sobre.hardware.units.MemorySize;
import org.sobre.jobs.prior.MemoryPrior;
import org.sobre.jobs.profile.MemoryModel;
import org.sobre.jobs.profile.MemoryModel.Basis;
import org.sobre.jobs.profile.MemoryModel.Linear;
import org.sobre.jobs.profile.MemoryModel.Point;
import org.sobre.jobs.profile.MemoryModel.Points;

/**
 * What each batch asks for by a memory model. The margins are the errors that such models were seen
 * to make on published sweeps (docs/batch-planning.md).
 *
 * @param extraPercent that a caller wants beside the model's own margin, 0 or more
 */
record DemandCurve(MemoryModel model, int extraPercent) {

  /** Between two points, and on a line below the largest batch that was seen on it. */
  static final int INTERPOLATION_PERCENT = 5;

  /** Beyond the largest batch that was seen, up to twice as many. */
  static final int EXTRAPOLATION_PERCENT = 8;

  /** Of the memory of the larger of two points: what differs by less tells no slope. */
  private static final double FLOOR = 0.02;

  private static final int EXTRAPOLATION_FACTOR = 2;

  /** What a model that nobody has run may take at the first try: half of the memory. */
  private static final int FIRST_TRY = 2;

  private static final MemorySize NO_CONTEXT = new MemorySize(0);

  /** The largest batch of which the model may say anything. */
  int largestBatch() {
    OptionalInt seen =
        model.match(points -> OptionalInt.of(last(points).batch()), Linear::measuredTo);
    return seen.isPresent()
        ? Math.min(MemoryModel.LARGEST_BATCH, EXTRAPOLATION_FACTOR * seen.getAsInt())
        : MemoryModel.LARGEST_BATCH;
  }

  /**
   * The demand of one batch, without regard to larger ones that may be better known.
   *
   * @param batch from 1 to {@link #largestBatch()}
   */
  Demand at(int batch) {
    return model.match(points -> onPoints(points, batch), linear -> onLine(linear, batch));
  }

  /** The smallest batch that was seen to fail on a device with as much memory or more. */
  Optional<MemoryModel.Failure> failureOn(Share share) {
    return model.failures().stream()
        .filter(failure -> failure.total().compareTo(share.total()) >= 0)
        .min((a, b) -> Integer.compare(a.batch(), b.batch()));
  }

  /**
   * The largest batch whose demand a device meets. A larger batch may be better known than a
   * smaller one, and then with less margin: what fits it fits the smaller one, too.
   *
   * @param most no batch beyond it; 0 or more
   */
  OptionalInt largestOn(Share share, int most) {
    int bound = Math.min(most, largestBatch());
    return model.match(
        points -> search(share, Math.min(most, Math.max(bound, further(points, share)))),
        linear -> {
          int seen = linear.measuredTo().orElse(0);
          boolean met = seen > 0 && seen <= bound && at(seen).isMetBy(share);
          return bisect(bound, batch -> (met && batch <= seen) || at(batch).isMetBy(share));
        });
  }

  /**
   * The largest batch that another model admits, which is asked beyond what the points reach; of
   * one that was computed, what a first try would begin with. 0 where there is none.
   */
  private int further(Points points, Share share) {
    Optional<MemoryModel> other = points.reach().further();
    if (other.isEmpty()) {
      return 0;
    }
    DemandCurve curve = new DemandCurve(other.get(), extraPercent);
    int admitted = curve.largestOn(share, MemoryModel.LARGEST_BATCH).orElse(0);
    return Fit.isComputed(other.get()) ? curve.firstOn(share, admitted) : admitted;
  }

  /** Of a model that nobody has run: the largest batch that is expected in half of the memory. */
  int firstOn(Share share, int most) {
    MemorySize part = new MemorySize(share.budget().bytes() / FIRST_TRY);
    return largestExpectedIn(part, most).orElse(1);
  }

  /** The largest batch that is expected to take no more, its margin left aside. */
  private OptionalInt largestExpectedIn(MemorySize size, int most) {
    return bisect(
        Math.min(most, largestBatch()), batch -> at(batch).expected().compareTo(size) <= 0);
  }

  /** Points are few and margins differ between them: every batch is asked, from the largest. */
  private OptionalInt search(Share share, int bound) {
    return IntStream.iterate(bound, batch -> batch >= 1, batch -> batch - 1)
        .filter(batch -> at(batch).isMetBy(share))
        .findFirst();
  }

  /** Where a larger batch never asks for less. */
  private static OptionalInt bisect(int bound, IntPredicate fit) {
    int fits = 0;
    int tooLarge = bound + 1;
    while (tooLarge - fits > 1) {
      int middle = (fits + tooLarge) >>> 1;
      if (fit.test(middle)) {
        fits = middle;
      } else {
        tooLarge = middle;
      }
    }
    return fits == 0 ? OptionalInt.empty() : OptionalInt.of(fits);
  }

  private Demand onLine(Linear linear, int batch) {
    double bytes =
        Math.max(
            (double) linear.step().bytes(),
            linear.fixed().bytes() + (double) batch * linear.perItem().bytes());
    return demand(bytes, linear.context(), margin(linear, batch, bytes));
  }

  private static int margin(Linear linear, int batch, double bytes) {
    if (linear.basis() == Basis.PRIOR) {
      return linear.doubt().map(d -> d.percentOf(bytes)).orElse(MemoryPrior.MARGIN_PERCENT);
    }
    if (linear.measuredTo().equals(OptionalInt.of(batch))) {
      return 0;
    }
    return batch > linear.measuredTo().orElse(MemoryModel.LARGEST_BATCH)
        ? EXTRAPOLATION_PERCENT
        : INTERPOLATION_PERCENT;
  }

  private Demand onPoints(Points model, int batch) {
    List<Point> points = model.points();
    // below the first point nothing is known but that it takes no more
    Point previous = points.get(0);
    if (batch <= previous.batch()) {
      return atPoint(model, previous);
    }
    for (Point next : points) {
      if (batch == next.batch()) {
        return atPoint(model, next);
      }
      if (batch < next.batch()) {
        return demand(
            line(previous, next, batch),
            context(previous, next),
            margin(model, INTERPOLATION_PERCENT));
      }
      previous = next;
    }
    Point before = points.get(Math.max(0, points.size() - 2));
    return demand(
        beyond(points, batch), context(before, previous), margin(model, EXTRAPOLATION_PERCENT));
  }

  private Demand atPoint(Points model, Point point) {
    return Demand.of(
        (double) point.memory().bytes(),
        context(point, point),
        margin(model, 0) + extraPercent,
        point.cardGigabytes());
  }

  private static int margin(Points model, int percent) {
    return Math.max(percent, model.reach().leastMarginPercent());
  }

  private Demand demand(double bytes, MemorySize context, int marginPercent) {
    return Demand.of(bytes, context, marginPercent + extraPercent, OptionalInt.empty());
  }

  /** The size of a card holds all that was on it. */
  private MemorySize context(Point one, Point other) {
    return one.cardGigabytes().isPresent() && other.cardGigabytes().isPresent()
        ? NO_CONTEXT
        : model.context();
  }

  private static double line(Point a, Point b, int batch) {
    double perItem = (b.memory().bytes() - a.memory().bytes()) / (double) (b.batch() - a.batch());
    return a.memory().bytes() + perItem * (batch - a.batch());
  }

  /**
   * One point alone tells no slope, nor do two measured ones on the floor of what a step needs:
   * then all of the memory counts as its items', of which they take no more.
   */
  private double beyond(List<Point> points, int batch) {
    Point last = points.get(points.size() - 1);
    if (points.size() == 1 || isFlat(points.get(points.size() - 2), last)) {
      return last.memory().bytes() * (double) batch / last.batch();
    }
    return line(points.get(points.size() - 2), last, batch);
  }

  private boolean isFlat(Point before, Point last) {
    long rise = last.memory().bytes() - before.memory().bytes();
    return model.basis() == Basis.MEASURED
        && last.cardGigabytes().isEmpty()
        && rise < FLOOR * last.memory().bytes();
  }

  private static Point last(Points points) {
    return points.points().get(points.points().size() - 1);
  }
}
