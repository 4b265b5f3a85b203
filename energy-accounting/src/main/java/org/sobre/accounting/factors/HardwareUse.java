package org.sobre.accounting.factors;

import static java.util.Objects.requireNonNull;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.sobre.accounting.factors.Hardware.GpuHour;
import org.sobre.hardware.catalog.GpuCatalog;

/**
 * What GPU-hours took of the hardware, and what they would have cost rented.
 *
 * @param embodiedGrams of GPUs and their shares of machines; absent where nothing is known of any
 * @param rentalEuros absent where no price is known of any
 * @param withoutEmbodied types of which nobody says: their hours are not in the grams
 * @param withoutRental types of which nobody says: their hours are not in the euros
 * @param embodiedFactors that the grams come from, each once
 * @param rentalFactors that the euros come from, each once
 */
public record HardwareUse(
    Optional<BigDecimal> embodiedGrams,
    Optional<BigDecimal> rentalEuros,
    List<String> withoutEmbodied,
    List<String> withoutRental,
    List<Factor> embodiedFactors,
    List<Factor> rentalFactors) {

  public static final HardwareUse NONE =
      new HardwareUse(
          Optional.empty(), Optional.empty(), List.of(), List.of(), List.of(), List.of());

  /**
   * A type of GPU on a host.
   *
   * @param gpuHours 0 or more
   */
  public record GpuTime(String type, String host, BigDecimal gpuHours) {

    public GpuTime {
      requireNonNull(type, "type");
      requireNonNull(host, "host");
      if (gpuHours.signum() < 0) {
        throw new IllegalArgumentException("gpuHours: expected 0 or more, found " + gpuHours);
      }
    }
  }

  public HardwareUse {
    requireNonNull(embodiedGrams, "embodiedGrams");
    requireNonNull(rentalEuros, "rentalEuros");
    withoutEmbodied = List.copyOf(withoutEmbodied);
    withoutRental = List.copyOf(withoutRental);
    embodiedFactors = List.copyOf(embodiedFactors);
    rentalFactors = List.copyOf(rentalFactors);
  }

  /** Both together. */
  public HardwareUse plus(HardwareUse other) {
    return new HardwareUse(
        plus(embodiedGrams, other.embodiedGrams),
        plus(rentalEuros, other.rentalEuros),
        both(withoutEmbodied, other.withoutEmbodied).stream().sorted().toList(),
        both(withoutRental, other.withoutRental).stream().sorted().toList(),
        both(embodiedFactors, other.embodiedFactors),
        both(rentalFactors, other.rentalFactors));
  }

  private static <T> List<T> both(List<T> some, List<T> more) {
    return Stream.concat(some.stream(), more.stream()).distinct().toList();
  }

  /**
   * Of a time within which lives neither end nor prices change much: a month.
   *
   * @param day of it, at which lives and prices are taken
   */
  public static HardwareUse of(
      Factors factors, GpuCatalog catalog, LocalDate day, List<GpuTime> times) {
    return times.stream()
        .filter(time -> time.gpuHours().signum() > 0)
        .map(time -> of(factors, catalog, day, time))
        .reduce(NONE, HardwareUse::plus);
  }

  private static HardwareUse of(Factors factors, GpuCatalog catalog, LocalDate day, GpuTime time) {
    GpuHour hour = factors.hardware().embodiedGrams(time.type(), time.host(), day, catalog);
    Optional<Factor> rental = factors.cloud().of(time.type(), day);
    List<String> type = List.of(time.type());
    return new HardwareUse(
        hour.total().map(time.gpuHours()::multiply),
        factors.cloud().euros(time.type(), day, time.gpuHours()),
        hour.total().isPresent() ? List.of() : type,
        rental.isPresent() ? List.of() : type,
        factors.hardware().embodiedFactors(time.type(), time.host(), catalog),
        rental.stream().toList());
  }

  private static Optional<BigDecimal> plus(Optional<BigDecimal> one, Optional<BigDecimal> more) {
    return Stream.of(one, more).flatMap(Optional::stream).reduce(BigDecimal::add);
  }
}
