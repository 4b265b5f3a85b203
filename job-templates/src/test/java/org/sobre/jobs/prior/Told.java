package org.sobre.jobs.prior;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A prediction of a published point.
 *
 * @param way how it was made
 * @param error as a part of what was published; negative: too little
 */
record Told(PublishedPoint point, String way, double error) {

  static List<Told> all(List<PublishedPoint> points) {
    return Stream.of(byPrior(points), byParts(points), bySweeps(points))
        .flatMap(List::stream)
        .toList();
  }

  static Told by(PublishedPoint point, String way, Estimate estimate) {
    return of(point, way, estimate.peakBytes(point.batch()));
  }

  private static Told of(PublishedPoint point, String way, double predictedBytes) {
    return new Told(point, way, predictedBytes / point.peakBytes() - 1);
  }

  static List<Told> byPrior(List<PublishedPoint> points) {
    return that(points, "prior")
        .filter(PublishedPoint::ran)
        .map(point -> by(point, "prior", MemoryPrior.estimate(point.shape(), point.recipe())))
        .toList();
  }

  /** What can be counted without a constant. */
  private static List<Told> byParts(List<PublishedPoint> points) {
    Map<Integer, PublishedPoint> byId =
        points.stream().collect(Collectors.toMap(PublishedPoint::id, point -> point));
    Stream<Told> weights =
        that(points, "weights")
            .map(p -> of(p, "weights", MemoryPrior.weightBytes(p.shape(), p.recipe())));
    Stream<Told> states =
        that(points, "states")
            .map(
                p -> {
                  double trained = (double) p.shape().trained();
                  return of(
                      p, "states", MemoryPrior.stateBytes(trained, Arithmetic.FP32, p.optimizer()));
                });
    Stream<Told> differences =
        that(points, "difference")
            .map(
                p -> {
                  int base = Integer.parseInt(p.by("difference").orElseThrow());
                  return difference(p, requireNonNull(byId.get(base)));
                });
    return Stream.of(weights, states, differences).flatMap(Function.identity()).toList();
  }

  private static Told difference(PublishedPoint point, PublishedPoint base) {
    double more =
        MemoryPrior.estimate(point.shape(), point.recipe()).fixed().bytes()
            - (double) MemoryPrior.estimate(base.shape(), base.recipe()).fixed().bytes();
    return of(point, "difference", base.peakBytes() + more);
  }

  /** Each point of a sweep by the line through the two before it. */
  private static List<Told> bySweeps(List<PublishedPoint> points) {
    Map<String, List<PublishedPoint>> sweeps =
        that(points, "sweep")
            .filter(PublishedPoint::ran)
            .collect(
                Collectors.groupingBy(
                    p -> p.by("sweep").orElseThrow(), TreeMap::new, Collectors.toList()));
    List<Told> told = new ArrayList<>();
    for (List<PublishedPoint> sweep : sweeps.values()) {
      for (int i = 2; i < sweep.size(); i++) {
        told.add(of(sweep.get(i), "sweep", Sweep.next(sweep.subList(0, i), sweep.get(i))));
      }
    }
    return told;
  }

  private static Stream<PublishedPoint> that(List<PublishedPoint> points, String way) {
    return points.stream().filter(point -> point.by(way).isPresent());
  }

  static double medianError(List<Told> told) {
    double[] errors = told.stream().mapToDouble(t -> Math.abs(t.error())).sorted().toArray();
    int middle = errors.length / 2;
    return errors.length % 2 == 1 ? errors[middle] : (errors[middle - 1] + errors[middle]) / 2;
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%-10s %-50s %+6.1f %%", way, point, 100 * error);
  }
}
