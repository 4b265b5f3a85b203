package org.sobre.slurm.cards;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import java.util.function.Function;
import org.sobre.hardware.units.MemorySize;
import org.sobre.slurm.gres.FeatureLadder;

/** How much video memory a class of cards has, as far as anybody has said. */
public sealed interface CardMemory {

  /** What the driver of one such card told. */
  record Total(MemorySize total) implements CardMemory {
    public Total {
      requireNonNull(total, "total");
    }
  }

  /**
   * By the features of its nodes.
   *
   * @param gigabytes a rung of {@link FeatureLadder}: the card has so many, and may have more
   */
  record Size(int gigabytes) implements CardMemory {
    public Size {
      if (gigabytes < 1) {
        throw new IllegalArgumentException("expected GB from 1, found " + gigabytes);
      }
    }
  }

  /** Nobody said. */
  record Unknown() implements CardMemory {}

  /** One of the three, checked by the compiler: Java 17 has no switch over sealed types. */
  default <R> R match(
      Function<Total, ? extends R> total,
      Function<Size, ? extends R> size,
      Function<Unknown, ? extends R> unknown) {
    if (this instanceof Total told) {
      return total.apply(told);
    }
    return this instanceof Size rung ? size.apply(rung) : unknown.apply((Unknown) this);
  }

  /** The highest rung of the ladder that the card has; empty if none is known. */
  default Optional<Integer> rung() {
    return match(
        total ->
            FeatureLadder.GIGABYTES.stream()
                .filter(total.total()::hasGigabytes)
                .reduce((lower, higher) -> higher),
        size -> Optional.of(size.gigabytes()),
        unknown -> Optional.empty());
  }

  /** To sort by size, what nobody knows last: in bytes, at least so many. */
  default long order() {
    return match(
        told -> told.total().bytes(),
        size -> MemorySize.ofGigabytes(size.gigabytes()).bytes(),
        unknown -> Long.MAX_VALUE);
  }
}
