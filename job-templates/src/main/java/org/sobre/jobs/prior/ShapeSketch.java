package org.sobre.jobs.prior;

import static java.util.Objects.requireNonNull;

import java.util.OptionalInt;

/**
 * What is known of a transformer's shape beside its parameters. What is not is taken as most models
 * of the size have it, or as those that take the most: every head has keys and values of its own.
 */
public record ShapeSketch(
    OptionalInt layers,
    OptionalInt hidden,
    OptionalInt vocabulary,
    OptionalInt kvHeads,
    OptionalInt headDim) {

  /** Nothing known but the parameters. */
  public static final ShapeSketch UNKNOWN =
      new ShapeSketch(
          OptionalInt.empty(),
          OptionalInt.empty(),
          OptionalInt.empty(),
          OptionalInt.empty(),
          OptionalInt.empty());

  /** Width of a head, and a layer's share of the width: h = 128 L in most decoders. */
  private static final int WIDTH = 128;

  /** A layer of a decoder has about 12 h^2 parameters, so that all have 12 x 128^2 x L^3. */
  private static final double PER_CUBED_LAYERS = 12.0 * WIDTH * WIDTH;

  /** As the larger ones of today's tokenizers; a smaller one takes less. */
  private static final int VOCABULARY = 128_000;

  public ShapeSketch {
    requireNonNull(layers, "layers");
    requireNonNull(hidden, "hidden");
    requireNonNull(vocabulary, "vocabulary");
    requireNonNull(kvHeads, "kvHeads");
    requireNonNull(headDim, "headDim");
  }

  /**
   * The shape of a model of a size.
   *
   * @param trained see {@link ModelShape}
   */
  public ModelShape of(long parameters, long trained) {
    int depth =
        layers.orElse((int) Math.max(1, Math.round(Math.cbrt(parameters / PER_CUBED_LAYERS))));
    int width = hidden.orElse(WIDTH * depth);
    int head = headDim.orElse(Math.min(WIDTH, width));
    return new ModelShape(
        parameters,
        trained,
        depth,
        width,
        vocabulary.orElse(VOCABULARY),
        kvHeads.orElse(Math.max(1, width / head)),
        head);
  }
}
