package org.sobre.jobs.calibration;

import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.sobre.hardware.message.Messages;
import org.sobre.hardware.units.MemorySize;
import org.sobre.jobs.plan.BatchPlanner;
import org.sobre.jobs.profile.MemoryModel;
import org.sobre.jobs.profile.MemoryModel.Basis;
import org.sobre.jobs.profile.MemoryModel.Point;
import org.sobre.jobs.profile.MemoryModel.Points;
import org.sobre.jobs.profile.MemoryModel.Reach;
import org.sobre.jobs.profile.Variant;

/** From the batches whose memory was measured to a memory model: pure. */
final class MeasuredModel {

  private static final Messages MESSAGES = Messages.of(Calibration.class);

  /** What is left beside the driver's count: it is taken every half second only. */
  private static final double BETWEEN_LOOKS = 1.05;

  /** Of a profile that counts it among the rest: the larger end of what CUDA takes. */
  private static final MemorySize CONTEXT = MemorySize.ofMebibytes(512);

  private MeasuredModel() {}

  /**
   * Two batches or more, the smallest first: below them the profile may say of one item, and beyond
   * twice the largest it is asked, too.
   */
  static MemoryModel of(Variant variant, List<CalibrationLine> points, int leastMarginPercent) {
    Reach reach = new Reach(Optional.of(variant.memory()), leastMarginPercent);
    return of(variant, points, true, reach);
  }

  /** One batch alone: a line from the profile's figure to it would be half a guess. */
  static MemoryModel ofOne(Variant variant, CalibrationLine point, int leastMarginPercent) {
    return of(variant, List.of(point), false, new Reach(Optional.empty(), leastMarginPercent));
  }

  private static MemoryModel of(
      Variant variant, List<CalibrationLine> points, boolean several, Reach reach) {
    boolean reported = points.stream().allMatch(line -> peak(line).allocated().isPresent());
    MemorySize own = variant.memory().context();
    MemorySize context = reported ? (own.bytes() == 0 ? CONTEXT : own) : MemoryModel.NOTHING;
    List<Point> grown = growing(points, reported, context);
    return new Points(
        Basis.MEASURED,
        MESSAGES.text("source", day(points.get(points.size() - 1))),
        several ? fromOne(grown, variant, context) : grown,
        context,
        variant.memory().failures(),
        reach);
  }

  private static String day(CalibrationLine line) {
    return line.at().atZone(ZoneOffset.UTC).toLocalDate().toString();
  }

  /**
   * The slope is that of the tensors, and what the largest batch left in fragments is left of each:
   * the allocator's cache, which a smaller one fills as it likes, would bend the line.
   */
  private static List<Point> growing(
      List<CalibrationLine> lines, boolean reported, MemorySize context) {
    Peak largest = peak(lines.get(lines.size() - 1));
    long fragments = largest.taken().bytes() - largest.allocated().orElse(largest.taken()).bytes();
    long[] offered = offered(lines, context);
    List<Point> points = new ArrayList<>();
    long least = 0;
    for (int i = 0; i < lines.size(); i++) {
      CalibrationLine line = lines.get(i);
      Peak peak = peak(line);
      long seen = peak.allocated().filter(any -> reported).orElse(peak.taken()).bytes();
      long bytes = reported ? seen + fragments : Math.round(seen * BETWEEN_LOOKS);
      // it ran with what there was, whatever larger ones leave in fragments
      least = Math.max(least, Math.max(seen, Math.min(bytes, offered[i])));
      points.add(new Point(line.batch(), new MemorySize(least), OptionalInt.empty()));
    }
    return points;
  }

  /** With how much each batch ran, or a larger one did; the context left aside. */
  private static long[] offered(List<CalibrationLine> lines, MemorySize context) {
    long[] offered = new long[lines.size()];
    long least = Long.MAX_VALUE;
    for (int i = lines.size() - 1; i >= 0; i--) {
      least = Math.min(least, lines.get(i).budget().bytes() - context.bytes());
      offered[i] = least;
    }
    return offered;
  }

  /**
   * Smaller batches than the smallest that was measured are for smaller cards: from what the
   * profile says of one item, if that is less, the line goes to the first point; but from no less
   * than the measured batches themselves say of it.
   */
  private static List<Point> fromOne(List<Point> points, Variant variant, MemorySize context) {
    Point first = points.get(0);
    long said = BatchPlanner.needs(variant, 1).bytes() - context.bytes();
    long one = Math.max(said, (long) Math.ceil(backToOne(points)));
    if (first.batch() == 1 || one < 0 || one >= first.memory().bytes()) {
      return points;
    }
    List<Point> all = new ArrayList<>(points);
    all.add(0, new Point(1, new MemorySize(one), OptionalInt.empty()));
    return all;
  }

  /**
   * What one item takes by the flattest line from the first point to a later one: what a step needs
   * beside its items takes the slope away below, so that the others would say too little.
   */
  private static double backToOne(List<Point> points) {
    Point first = points.get(0);
    return points.stream()
        .filter(point -> point.batch() >= MeasuredBatches.APART * first.batch())
        .mapToDouble(
            point ->
                first.memory().bytes()
                    - (point.memory().bytes() - (double) first.memory().bytes())
                        / (point.batch() - first.batch())
                        * (first.batch() - 1))
        .max()
        .orElse(0);
  }

  private static Peak peak(CalibrationLine line) {
    return line.peak().orElseThrow();
  }
}
