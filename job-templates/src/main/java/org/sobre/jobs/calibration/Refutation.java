package org.sobre.jobs.calibration;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.sobre.jobs.calibration.CalibrationLine.Kind;

/** What later successes leave of the batches that ran out of memory: pure. */
final class Refutation {

  private Refutation() {}

  /**
   * The ceilings that nothing refutes, each as it was met last with its most memory.
   *
   * @param lines of one variant, oldest first
   * @return oldest first
   */
  static List<CalibrationLine> survivors(List<CalibrationLine> lines) {
    List<CalibrationLine> latestFirst = new ArrayList<>(lines);
    // of the same second the successes first, which refute then, too
    latestFirst.sort(
        Comparator.comparing(CalibrationLine::at)
            .reversed()
            .thenComparing(line -> line.kind() == Kind.CEILING));
    List<CalibrationLine> successes = new ArrayList<>();
    List<CalibrationLine> left = new ArrayList<>();
    for (CalibrationLine line : latestFirst) {
      if (line.kind() != Kind.CEILING) {
        if (successes.stream().noneMatch(later -> later.tellsMoreThan(line))) {
          successes.removeIf(line::tellsMoreThan);
          successes.add(line);
        }
      } else if (successes.stream().noneMatch(later -> later.refutes(line))
          && left.stream().noneMatch(later -> later.covers(line))) {
        left.add(line);
      }
    }
    left.sort(Comparator.comparing(CalibrationLine::at));
    return List.copyOf(left);
  }
}
