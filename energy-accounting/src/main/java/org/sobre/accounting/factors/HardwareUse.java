package org.sobre.accounting.factors;

import static java.util.Objects.requireNonNull;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.sobre.accounting.factors.Hardware.GpuHour;
import org.sobre.hardware.catalog.GpuCatalog;

/**
 * What GPU-hours took of the hardware, and what they would have cost rented.
 *
 * @param embodiedGrams of GPUs and their shares of machines; absent where nothing is known of any
 * @param rentalEuros absent where no price is known of any
 * @param withoutEmbodied types of which nobody says: their hours are not in the grams
 * @param withoutRental types of which nobody says: their hours are not in the euros
 */
public record HardwareUse(
    Optional<BigDecimal> embodiedGrams,
    Optional<BigDecimal> rentalEuros,
    List<String> withoutEmbodied,
    List<String> withoutRental) {

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
  }

  /**
   * Of a time within which lives neither end nor prices change much: a month.
   *
   * @param day of it, at which lives and prices are taken
   */
  public static HardwareUse of(
      Factors factors, GpuCatalog catalog, LocalDate day, List<GpuTime> times) {
    Optional<BigDecimal> grams = Optional.empty();
    Optional<BigDecimal> euros = Optional.empty();
    TreeSet<String> withoutEmbodied = new TreeSet<>();
    TreeSet<String> withoutRental = new TreeSet<>();
    for (GpuTime time : times) {
      if (time.gpuHours().signum() == 0) {
        continue;
      }
      GpuHour hour = factors.hardware().embodiedGrams(time.type(), time.host(), day, catalog);
      Optional<BigDecimal> itsGrams = hour.total().map(time.gpuHours()::multiply);
      Optional<BigDecimal> itsEuros = factors.cloud().euros(time.type(), day, time.gpuHours());
      grams = plus(grams, itsGrams);
      euros = plus(euros, itsEuros);
      if (itsGrams.isEmpty()) {
        withoutEmbodied.add(time.type());
      }
      if (itsEuros.isEmpty()) {
        withoutRental.add(time.type());
      }
    }
    return new HardwareUse(grams, euros, List.copyOf(withoutEmbodied), List.copyOf(withoutRental));
  }

  private static Optional<BigDecimal> plus(Optional<BigDecimal> sum, Optional<BigDecimal> more) {
    return more.isPresent() ? Optional.of(sum.orElse(BigDecimal.ZERO).add(more.get())) : sum;
  }
}
