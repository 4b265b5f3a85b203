package org.sobre.slurm.job;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Which of the positions that a job or step holds a list of numbers means, as Slurm writes it for a
 * task that has all or some of them. With {@code ConstrainDevices} the numbers count from 0 among
 * the held ones, without it they are positions of the node; nobody tells a job which. The task
 * prolog (a shell script) has the same rule.
 *
 * @param positions of the node's gres list
 * @param mayBeOpen whether all of the node's devices may be to be seen
 * @param mayBeConstrained whether only those held may be to be seen
 */
record ShownPositions(List<Integer> positions, boolean mayBeOpen, boolean mayBeConstrained) {

  ShownPositions {
    positions = List.copyOf(positions);
  }

  /**
   * @return empty where the numbers can mean two sets of positions, or none: then nothing is better
   *     than what Slurm wrote
   */
  static Optional<ShownPositions> of(List<Integer> held, List<Integer> shown) {
    boolean fromZero = isFromZero(shown);
    boolean heldFromZero = isFromZero(held);
    if (shown.size() == held.size()) {
      boolean open = !fromZero || held.equals(shown);
      return Optional.of(new ShownPositions(held, open, fromZero));
    }
    boolean local = shown.stream().allMatch(index -> index < held.size());
    boolean global = held.containsAll(shown);
    if (shown.size() > held.size() || (local && global && !heldFromZero) || !(local || global)) {
      return Optional.empty();
    }
    List<Integer> positions = global ? shown : shown.stream().map(held::get).toList();
    return Optional.of(new ShownPositions(positions, global, local));
  }

  private static boolean isFromZero(List<Integer> numbers) {
    return numbers.equals(IntStream.range(0, numbers.size()).boxed().toList());
  }
}
