package org.sobre.jobs.calibration;

import static java.util.Objects.requireNonNull;

import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;
import org.sobre.hardware.units.MemorySize;
import org.sobre.jobs.profile.MemoryModel;

/**
 * Which batch is tried next: pure. From one that is thought to fit easily, to twice as many at the
 * most, to what the line through the largest two leaves room for; a batch that ran out of memory
 * bounds the rest.
 *
 * @param budget what the device has for it, the context of CUDA or HIP taken off
 * @param first the batch to begin with, from 1
 * @param largest that is of any use: what the recipe asks for, from the first on
 * @param most probes in all, from 1
 */
public record ProbeSchedule(MemorySize budget, int first, int largest, int most) {

  private static final int GROWTH = 2;

  /** Left beside the line: what is tried is to fit, not to find the wall. */
  private static final double MARGIN = 1.05;

  /** A batch nearer than this to one that is known tells nothing new. */
  private static final double NEAR = 0.9;

  public ProbeSchedule {
    requireNonNull(budget, "budget");
    if (first < 1 || largest < first || largest > MemoryModel.LARGEST_BATCH || most < 1) {
      throw new IllegalArgumentException(
          "expected a first batch and probes from 1, found " + first + " and " + most);
    }
  }

  /** How one probe went. */
  public sealed interface Outcome permits Ran, TooLarge {}

  /**
   * It ran.
   *
   * @param memory what it took, by tensors where that is known
   */
  public record Ran(int batch, MemorySize memory) implements Outcome {
    public Ran {
      requireNonNull(memory, "memory");
    }
  }

  /** It ran out of the card's memory. */
  public record TooLarge(int batch) implements Outcome {}

  /** Empty where no more is worth trying. */
  public OptionalInt next(List<Outcome> before) {
    if (before.size() >= most) {
      return OptionalInt.empty();
    }
    if (before.isEmpty()) {
      return OptionalInt.of(first);
    }
    List<LineFit.Sample> ran =
        before.stream()
            .filter(Ran.class::isInstance)
            .map(Ran.class::cast)
            .map(one -> new LineFit.Sample(one.batch(), one.memory()))
            .sorted(Comparator.comparingInt(LineFit.Sample::batch))
            .toList();
    int wall =
        before.stream()
            .filter(TooLarge.class::isInstance)
            .mapToInt(one -> ((TooLarge) one).batch())
            .min()
            .orElse(MemoryModel.LARGEST_BATCH + 1);
    if (ran.isEmpty()) {
      return below(wall);
    }
    boolean last = before.size() == most - 1;
    return last && ran.size() == 1 && ran.get(0).batch() > 1
        ? below(ran.get(0).batch())
        : above(ran, wall);
  }

  /** Larger than the largest that ran; between two where the wall is near, for the line's sake. */
  private OptionalInt above(List<LineFit.Sample> ran, int wall) {
    int known = ran.get(ran.size() - 1).batch();
    long reach = (long) GROWTH * known < wall ? (long) GROWTH * known : (known + (long) wall) / 2;
    long room = LineFit.of(ran).flatMap(fit -> fit.largestUnder(underMargin())).orElse(reach);
    long next = Math.min(largest, Math.min(reach, room));
    if (next > known && known < NEAR * next) {
      return OptionalInt.of((int) next);
    }
    return ran.size() == 1 ? below(known) : OptionalInt.empty();
  }

  /** What failed tells no size, and one batch alone makes no line. */
  private static OptionalInt below(int known) {
    return known > 1 ? OptionalInt.of(known / GROWTH) : OptionalInt.empty();
  }

  private MemorySize underMargin() {
    return new MemorySize(Math.round(budget.bytes() / MARGIN));
  }
}
