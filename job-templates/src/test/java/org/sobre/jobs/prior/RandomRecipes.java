package org.sobre.jobs.prior;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;

/** Shapes and recipes from a seed. */
final class RandomRecipes {

  private RandomRecipes() {}

  static ModelShape shape(Random random) {
    long parameters = 1_000_000L + (long) (random.nextDouble() * 200e9);
    long trained = 1 + (long) (random.nextDouble() * (parameters - 1));
    ShapeSketch sketch =
        random.nextBoolean()
            ? ShapeSketch.UNKNOWN
            : new ShapeSketch(
                OptionalInt.of(1 + random.nextInt(100)),
                OptionalInt.of(64 * (1 + random.nextInt(200))),
                OptionalInt.of(1 + random.nextInt(200_000)),
                OptionalInt.of(1 + random.nextInt(64)),
                OptionalInt.of(64));
    return sketch.of(parameters, trained);
  }

  static Recipe recipe(Random random) {
    Item item =
        random.nextBoolean()
            ? Item.ofTokens(1 + random.nextInt(32_768))
            : Item.ofResolution(64 + random.nextInt(2048));
    return new Recipe(
        any(random, Arithmetic.values()),
        any(random, Storage.values()),
        any(random, Storage.values()),
        any(random, Attention.values()),
        item,
        random.nextBoolean() ? Optional.of(training(random)) : Optional.empty());
  }

  private static Training training(Random random) {
    return new Training(
        any(random, Optimizer.values()),
        random.nextBoolean(),
        random.nextBoolean(),
        random.nextBoolean()
            ? Optional.of(
                new Adapter(OptionalInt.of(1 + random.nextInt(128)), OptionalLong.empty()))
            : Optional.empty());
  }

  static Recipe with(Recipe recipe, Item item) {
    return new Recipe(
        recipe.arithmetic(),
        recipe.weights(),
        recipe.cache(),
        recipe.attention(),
        item,
        recipe.training());
  }

  static Recipe with(Recipe recipe, Training training) {
    return new Recipe(
        recipe.arithmetic(),
        recipe.weights(),
        recipe.cache(),
        recipe.attention(),
        recipe.item(),
        Optional.of(training));
  }

  private static <T> T any(Random random, T[] choices) {
    return choices[random.nextInt(choices.length)];
  }
}
