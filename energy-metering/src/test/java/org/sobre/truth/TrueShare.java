package org.sobre.truth;

import java.util.List;
import java.util.TreeSet;

/**
 * What a job really drew of a device, by the rules of docs/attribution.md: of a board its holders
 * pay by what they hold, which is all of it together and no more; of a package a job pays what it
 * draws whatever is done for the processors that it reserved, and the rest for those that worked
 * for it, or all for those that it reserved where nothing tells these apart.
 *
 * @param joules the truth
 * @param floorJoules of which for a package's floor
 * @param changes of what it pays in a second times that second where its part changes, its ends
 *     first of all, and what a counter had not told yet there; joules, the root of the sum of the
 *     squares
 * @param leaps of the device's power in between, times the job's part and a second, alike
 */
record TrueShare(double joules, double floorJoules, double changes, double leaps) {

  /** Between two readings of a meter, and the time that a register takes to tell. */
  private static final long A_READING = 1_100_000_000L;

  /** How much of a device's power is a job's in a stretch in which no job comes or goes. */
  private interface Part {
    double in(long from, long to);
  }

  static TrueShare of(TrueNode node, TrueNode.Device device, TrueNode.Job job) {
    if (device.part().equals("gpu")) {
      List<TrueNode.Job> holders =
          node.jobs().stream().filter(one -> one.boards().containsKey(device.name())).toList();
      return sum(
          device, job, holders, 0, 0, (from, to) -> ofBoard(holders, device.name(), job, from, to));
    }
    double reserved = (double) job.cpus() / node.cpus();
    if (node.floorWatts().isEmpty()) {
      return sum(device, job, List.of(), 0, 0, (from, to) -> reserved);
    }
    return sum(
        device,
        job,
        node.jobs(),
        node.floorWatts().getAsDouble(),
        reserved,
        (from, to) -> job.working() / node.busy(from, to));
  }

  /**
   * @param others whose coming and going may change its part
   * @param floor watts that go by {@code still}; the part is of those beyond
   */
  private static TrueShare sum(
      TrueNode.Device device,
      TrueNode.Job job,
      List<TrueNode.Job> others,
      double floor,
      double still,
      Part parts) {
    double joules = 0;
    double changes = 0;
    double leaps = 0;
    double before = 0;
    TreeSet<Long> marks = marks(job, others);
    long from = marks.first();
    for (long to : marks.tailSet(from, false)) {
      double part = parts.in(from, to);
      joules += part * (device.power().joules(from, to) - floor * (to - from) / 1e9);
      leaps += part * part * device.power().squaredLeaps(from, to);
      changes += square(part - before) * squaredDoubt(device, from, floor);
      before = part;
      from = to;
    }
    changes += square(before) * squaredDoubt(device, from, floor);
    double floorJoules = still * floor * (job.end() - job.begin()) / 1e9;
    return new TrueShare(joules + floorJoules, floorJoules, Math.sqrt(changes), Math.sqrt(leaps));
  }

  private static TreeSet<Long> marks(TrueNode.Job job, List<TrueNode.Job> others) {
    TreeSet<Long> marks = new TreeSet<>(List.of(job.begin(), job.end()));
    for (TrueNode.Job other : others) {
      for (long mark : List.of(other.begin(), other.end())) {
        if (mark > job.begin() && mark < job.end()) {
          marks.add(mark);
        }
      }
    }
    return marks;
  }

  private static double ofBoard(
      List<TrueNode.Job> holders, String board, TrueNode.Job job, long from, long to) {
    double held =
        holders.stream()
            .filter(one -> one.isThere(from, to))
            .mapToDouble(one -> one.boards().getOrDefault(board, 0.0))
            .sum();
    return job.boards().getOrDefault(board, 0.0) / Math.max(1, held);
  }

  /**
   * How much was drawn before and how much after a mark, between two readings: square joules. Who
   * worked is told for the same second, so that of what goes by work nobody knows on which side of
   * the mark it was.
   */
  private static double squaredDoubt(TrueNode.Device device, long mark, double floor) {
    double swing = device.power().swing(Math.max(0, mark - A_READING), mark + A_READING);
    double watts = device.power().watts(mark);
    double byWork = floor > 0 ? watts - floor : 0;
    return square(swing) + square(watts * device.told().lateSeconds()) + square(byWork);
  }

  private static double square(double number) {
    return number * number;
  }

  /** How far a meter may be off, in joules. */
  double bound(TrueNode.Told told) {
    return switch (told) {
      case MEAN_POWER, INSTANT_POWER -> Math.max(0.01 * joules, Math.hypot(changes, leaps));
      // it has seen what was between two readings
      case MILLIJOULES, MICROJOULES -> Math.max(0.001 * joules, changes);
    };
  }
}
