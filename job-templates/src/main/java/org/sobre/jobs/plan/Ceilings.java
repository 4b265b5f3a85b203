package org.sobre.jobs.plan;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.sobre.hardware.units.MemorySize;

/**
 * What is remembered of batches that ran out of memory. Whoever remembers decides which of it still
 * holds (the same precision, framework, driver); here it does.
 */
public final class Ceilings {

  private static final int SECOND = 2;
  private static final Ceilings NONE = new Ceilings(List.of());

  private final List<Ceiling> known;

  private Ceilings(List<Ceiling> known) {
    this.known = List.copyOf(known);
  }

  public static Ceilings none() {
    return NONE;
  }

  public static Ceilings of(List<Ceiling> known) {
    return new Ceilings(known);
  }

  /**
   * The lowest that holds for a budget: one that was met with as much memory or more. A plan stays
   * under its batch.
   *
   * @param variant by name
   */
  public Optional<Ceiling> over(String variant, MemorySize budget) {
    return known.stream()
        .filter(ceiling -> ceiling.variant().equals(variant))
        .filter(ceiling -> ceiling.holdsFor(budget))
        .min(Comparator.comparingInt(Ceiling::batch));
  }

  /** The same, but that none forbids the smallest batch. */
  Ceilings sparingOne() {
    return of(
        known.stream()
            .map(c -> new Ceiling(c.variant(), Math.max(SECOND, c.batch()), c.budget()))
            .toList());
  }
}
