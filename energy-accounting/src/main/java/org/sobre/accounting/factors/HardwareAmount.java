package org.sobre.accounting.factors;

import static java.util.Objects.requireNonNull;

import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What GPU hours took of something: grams or euros.
 *
 * @param amount what is known of it; absent where nothing is
 * @param uncertainty up and down, as far as the sources say one; absent where none does
 * @param withoutTypes types of GPU of which nobody says: their cards are not in the amount
 * @param withoutMachines hosts of which nobody says: their shares are not in the amount
 * @param sources that the amount comes from, each once
 */
public record HardwareAmount(
    Optional<BigDecimal> amount,
    Optional<BigDecimal> uncertainty,
    List<String> withoutTypes,
    List<String> withoutMachines,
    List<Source> sources) {

  public static final HardwareAmount NONE =
      new HardwareAmount(Optional.empty(), Optional.empty(), List.of(), List.of(), List.of());

  /**
   * Who says a number.
   *
   * @param uncertaintyPercent up and down; absent where the source says none
   */
  public record Source(Factor factor, Optional<BigDecimal> uncertaintyPercent) {

    public Source {
      requireNonNull(factor, "factor");
      requireNonNull(uncertaintyPercent, "uncertaintyPercent");
    }
  }

  public HardwareAmount {
    requireNonNull(amount, "amount");
    requireNonNull(uncertainty, "uncertainty");
    withoutTypes = List.copyOf(withoutTypes);
    withoutMachines = List.copyOf(withoutMachines);
    sources = List.copyOf(sources);
  }

  /** Both together. Uncertainties add up: those of one source's numbers are no chance errors. */
  HardwareAmount plus(HardwareAmount other) {
    return new HardwareAmount(
        plus(amount, other.amount),
        plus(uncertainty, other.uncertainty),
        both(withoutTypes, other.withoutTypes).stream().sorted().toList(),
        both(withoutMachines, other.withoutMachines).stream().sorted().toList(),
        both(sources, other.sources));
  }

  private static <T> List<T> both(List<T> some, List<T> more) {
    return Stream.concat(some.stream(), more.stream()).distinct().toList();
  }

  private static Optional<BigDecimal> plus(Optional<BigDecimal> one, Optional<BigDecimal> more) {
    return Stream.of(one, more).flatMap(Optional::stream).reduce(BigDecimal::add);
  }
}
