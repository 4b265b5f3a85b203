package org.sobre.accounting.factors;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import org.sobre.hardware.catalog.GpuCatalog;

/**
 * What an hour of a rented GPU costs elsewhere, in euros, by model.
 *
 * @param models each once
 */
public record CloudPrices(List<Model> models) {

  public static final CloudPrices NONE = new CloudPrices(List.of());

  /**
   * One model's prices over time.
   *
   * @param name as a catalogue or as Slurm's type has it
   */
  public record Model(String name, FactorTimeline<Factor> euroPerGpuHour) {}

  public CloudPrices {
    models = List.copyOf(models);
  }

  public Optional<Factor> of(String type, LocalDate day) {
    return models.stream()
        .filter(model -> GpuCatalog.isSameName(model.name(), type))
        .flatMap(model -> model.euroPerGpuHour().at(day).stream())
        .findFirst();
  }

  /** What so many hours would have cost; absent where nobody says. */
  public Optional<BigDecimal> euros(String type, LocalDate day, BigDecimal gpuHours) {
    return of(type, day).map(price -> price.value().multiply(gpuHours));
  }
}
