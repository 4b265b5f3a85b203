package org.sobre.jobs.calibration;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.sobre.hardware.units.MemorySize;
import org.sobre.jobs.calibration.CalibrationLine.Kind;

/**
 * The batches of a variant whose memory was measured, and which of them a line is drawn through:
 * pure.
 *
 * @param lines all that is remembered of the variant
 * @param processes that train together now
 */
record MeasuredBatches(List<CalibrationLine> lines, int processes) {

  /** A straight line needs two. */
  private static final int ENOUGH = 2;

  /** Two batches nearer than that tell the noise between them. */
  static final double APART = 1.5;

  /** Beside what another number of processes took each. */
  private static final int OTHERS_PERCENT = 8;

  MeasuredBatches {
    lines = List.copyOf(lines);
  }

  /** Of as many processes; of each batch the largest peak, the smallest batch first. */
  List<CalibrationLine> points() {
    return points(line -> line.processes() == processes);
  }

  private List<CalibrationLine> points(Predicate<CalibrationLine> counts) {
    Map<Integer, CalibrationLine> largest = new TreeMap<>();
    lines.stream()
        .filter(line -> line.kind() == Kind.POINT)
        .filter(counts)
        .forEach(line -> largest.merge(line.batch(), line, MeasuredBatches::larger));
    return List.copyOf(largest.values());
  }

  private static CalibrationLine larger(CalibrationLine one, CalibrationLine later) {
    return peak(one).taken().compareTo(peak(later).taken()) > 0 ? one : later;
  }

  /**
   * Those that a line is drawn through: of as many processes, where there are two; else of any
   * number, if those are more.
   */
  List<CalibrationLine> telling() {
    List<CalibrationLine> same = telling(points());
    List<CalibrationLine> any = telling(points(line -> true));
    return same.size() >= ENOUGH || (!same.isEmpty() && any.size() < ENOUGH) ? same : any;
  }

  /** Where two were told by the program, all such. */
  private static List<CalibrationLine> telling(List<CalibrationLine> all) {
    List<CalibrationLine> told =
        all.stream().filter(line -> peak(line).allocated().isPresent()).toList();
    List<CalibrationLine> some = told.size() >= ENOUGH ? told : all;
    int last = some.isEmpty() ? 0 : some.get(some.size() - 1).batch();
    return some.stream()
        .filter(line -> line.batch() == last || line.batch() * APART <= last)
        .toList();
  }

  /** The largest batch of those; empty where they are too few to go by. */
  OptionalInt largest() {
    List<CalibrationLine> telling = telling();
    return telling.size() >= ENOUGH
        ? OptionalInt.of(telling.get(telling.size() - 1).batch())
        : OptionalInt.empty();
  }

  /** To be left at least: of other numbers of processes it is not known what they hold beside. */
  int marginPercent() {
    boolean same = telling().stream().allMatch(line -> line.processes() == processes);
    return same ? 0 : OTHERS_PERCENT;
  }

  /** The straight line through the two largest of {@link #points()}; absent with fewer. */
  Optional<LineFit> line() {
    return LineFit.of(
        points().stream().map(line -> new LineFit.Sample(line.batch(), size(peak(line)))).toList());
  }

  private static MemorySize size(Peak peak) {
    return peak.allocated().orElse(peak.taken());
  }

  private static Peak peak(CalibrationLine line) {
    return line.peak().orElseThrow();
  }
}
