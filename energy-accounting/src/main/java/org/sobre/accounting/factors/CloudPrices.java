package org.sobre.accounting.factors;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;

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

  /** Of a part of a card the card's price, for the hour of which a part's is a fraction. */
  public Optional<Factor> of(String type, LocalDate day) {
    return CardName.find(
            models.stream().filter(model -> model.euroPerGpuHour().at(day).isPresent()).toList(),
            model -> List.of(model.name()),
            type)
        .flatMap(model -> model.euroPerGpuHour().at(day));
  }

  /** What so many hours would have cost; absent where nobody says. */
  public Optional<BigDecimal> euros(String type, LocalDate day, BigDecimal gpuHours) {
    return of(type, day).map(price -> price.value().multiply(gpuHours));
  }

  /** The days after the first and before the last on which any price changes. */
  public List<LocalDate> changes(LocalDate from, LocalDate until) {
    return models.stream()
        .flatMap(model -> model.euroPerGpuHour().changes(from, until).stream())
        .distinct()
        .sorted()
        .toList();
  }
}
