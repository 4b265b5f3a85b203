package org.sobre.accounting.factors;

import static java.util.Objects.requireNonNull;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import org.sobre.accounting.factors.HardwareAmount.Source;
import org.sobre.hardware.catalog.GpuCatalog;

/**
 * What GPU-hours took of the hardware, and what they would have cost rented.
 *
 * @param embodied grams of CO2e of making GPUs, and their shares of machines
 * @param purchase euros of what the site paid for them
 * @param rental euros
 * @param withoutGpu whether there are jobs that held no GPU: they have a part in none of these
 */
public record HardwareUse(
    HardwareAmount embodied, HardwareAmount purchase, HardwareAmount rental, boolean withoutGpu) {

  public static final HardwareUse NONE =
      new HardwareUse(HardwareAmount.NONE, HardwareAmount.NONE, HardwareAmount.NONE, false);

  /** Of jobs that held no GPU: nobody knows how much of a machine is a processor's. */
  public static final HardwareUse WITHOUT_GPU =
      new HardwareUse(HardwareAmount.NONE, HardwareAmount.NONE, HardwareAmount.NONE, true);

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
    requireNonNull(embodied, "embodied");
    requireNonNull(purchase, "purchase");
    requireNonNull(rental, "rental");
  }

  /** Both together. */
  public HardwareUse plus(HardwareUse other) {
    return new HardwareUse(
        embodied.plus(other.embodied),
        purchase.plus(other.purchase),
        rental.plus(other.rental),
        withoutGpu || other.withoutGpu);
  }

  /**
   * Of a time within which neither lives end nor prices change.
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
    Hardware hardware = factors.hardware();
    return new HardwareUse(
        hardware.embodied(time.type(), time.host(), day, catalog).of(time),
        hardware.purchase(time.type(), time.host(), day).of(time),
        rental(factors.cloud().of(time.type(), day), time),
        false);
  }

  private static HardwareAmount rental(Optional<Factor> price, GpuTime time) {
    return new HardwareAmount(
        price.map(euro -> euro.value().multiply(time.gpuHours())),
        Optional.empty(),
        price.isPresent() ? List.of() : List.of(time.type()),
        List.of(),
        price.map(euro -> new Source(euro, Optional.empty())).stream().toList());
  }
}
