package org.sobre.jobs.prior;

/**
 * What a sequence takes while a transformer answers it. It is taken for a prompt of all its tokens:
 * every sequence of the batch is read at once, as a plain loop over a padded batch does. A server
 * that reads one prompt after the other takes less.
 */
final class TextInference {

  /**
   * Keys and values are held twice: a step makes the caches of all layers anew, one token longer,
   * while the old ones are still held. Seen so at Qwen-7B, 16 and 32 sequences (1.03 and 1.06 GiB
   * each, of which 0.5 are what 1024 tokens have).
   */
  private static final double CACHE_COPIES = 2;

  /** Gate, up and their product: a gated feed-forward holds three at once. */
  private static final double AT_WORK = 3;

  /** Of a width: what goes around a layer, and what goes into it. */
  private static final double WIDTHS = 2;

  /** A layer's scores and their softmax, the latter computed in fp32. */
  private static final double SCORE_BYTES = 6;

  /** A feed-forward of two matrices of 4 x width holds as much. */
  private static final double LEAST_OF_WIDTH = 8.0 / 3;

  private TextInference() {}

  /** Bytes of a sequence, while its prompt is read and after. */
  static double itemBytes(ModelShape shape, Recipe recipe) {
    return CACHE_COPIES * cacheBytes(shape, recipe) + promptBytes(shape, recipe);
  }

  private static double cacheBytes(ModelShape shape, Recipe recipe) {
    return 2.0
        * recipe.item().size()
        * shape.layers()
        * shape.kvHeads()
        * shape.headDim()
        * recipe.cache().bytes();
  }

  private static double promptBytes(ModelShape shape, Recipe recipe) {
    double tokens = recipe.item().size();
    double values = AT_WORK * intermediate(shape) + WIDTHS * shape.hidden();
    double scores =
        recipe.attention() == Attention.PLAIN ? tokens * shape.heads() * SCORE_BYTES : 0;
    return tokens * (values * recipe.arithmetic().activationBytes() + scores);
  }

  /**
   * Width of a layer's feed-forward: what its parameters leave when attention has its own. One
   * table of tokens is left aside; of models with a second one it is a tenth too wide.
   */
  static double intermediate(ModelShape shape) {
    double hidden = shape.hidden();
    double tokens = (double) shape.vocabulary() * hidden;
    double layer = Math.max(0, shape.parameters() - tokens) / shape.layers();
    double attention = 2 * hidden * (hidden + (double) shape.kvHeads() * shape.headDim());
    return Math.max(LEAST_OF_WIDTH * hidden, (layer - attention) / (3 * hidden));
  }
}
