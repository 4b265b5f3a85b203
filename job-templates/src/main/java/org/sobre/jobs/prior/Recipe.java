package org.sobre.jobs.prior;

import static java.util.Objects.requireNonNull;

import java.util.Optional;

/**
 * How a model is run.
 *
 * @param weights how weights that are not trained are held
 * @param cache how keys and values of a sequence are held
 * @param training absent if it only answers
 */
public record Recipe(
    Arithmetic arithmetic,
    Storage weights,
    Storage cache,
    Attention attention,
    Item item,
    Optional<Training> training) {

  public Recipe {
    requireNonNull(arithmetic, "arithmetic");
    requireNonNull(weights, "weights");
    requireNonNull(cache, "cache");
    requireNonNull(attention, "attention");
    requireNonNull(item, "item");
    requireNonNull(training, "training");
  }
}
