package org.sobre.jobs.calibration;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.sobre.hardware.units.MemorySize;

/**
 * The straight line through the two largest batches that were measured: smaller ones are blurred by
 * the allocator's cache, or lie on the floor that an optimizer's step makes.
 *
 * @param fixed memory of no item at all
 * @param perItem memory of one more; 0 B where the larger batch took no more
 * @param onFloor whether an item takes so little that a step's own need may hide it
 */
public record LineFit(MemorySize fixed, MemorySize perItem, boolean onFloor) {

  /** Of the larger batch's memory, over the whole way between the two. */
  private static final double FLOOR = 0.02;

  /** A batch and what it took, by tensors where that is known. */
  public record Sample(int batch, MemorySize memory) {}

  /** Empty with less than two different batches. */
  public static Optional<LineFit> of(List<Sample> samples) {
    List<Sample> ordered =
        samples.stream().sorted(Comparator.comparingInt(Sample::batch).reversed()).toList();
    if (ordered.isEmpty()) {
      return Optional.empty();
    }
    Sample large = ordered.get(0);
    return ordered.stream()
        .filter(sample -> sample.batch() < large.batch())
        .findFirst()
        .map(small -> between(small, large));
  }

  private static LineFit between(Sample small, Sample large) {
    double rise = Math.max(0, large.memory().bytes() - (double) small.memory().bytes());
    double slope = rise / (large.batch() - small.batch());
    double fixed = Math.max(0, large.memory().bytes() - slope * large.batch());
    return new LineFit(
        new MemorySize(Math.round(fixed)),
        new MemorySize(Math.round(slope)),
        rise < FLOOR * large.memory().bytes());
  }

  /**
   * The largest batch that the line leaves under an amount of memory; empty on the floor, where it
   * tells nothing.
   */
  Optional<Long> largestUnder(MemorySize memory) {
    if (onFloor || perItem.bytes() == 0) {
      return Optional.empty();
    }
    return Optional.of(Math.max(0, (memory.bytes() - fixed.bytes()) / perItem.bytes()));
  }
}
