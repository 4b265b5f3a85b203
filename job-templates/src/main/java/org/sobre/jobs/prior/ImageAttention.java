package org.sobre.jobs.prior;

/**
 * The scores of plain attention in a U-Net as Stable Diffusion 1 has it: 8 heads, five layers each
 * at an eighth of the image's edge, at a 16th and at a 32nd, one at a 64th. They grow with the
 * fourth power of the edge. Other ways of attention keep none.
 */
final class ImageAttention {

  private static final int HEADS = 8;
  private static final int LAYERS = 5;

  /** Softmax is computed in fp32 whatever the precision of the rest. */
  private static final int SCORE_BYTES = 4;

  /** Beside what is kept: the gradients of a layer's softmax and of its scores. */
  private static final int AT_WORK = 2;

  private ImageAttention() {}

  /** Bytes of an image in training. */
  static double trained(Recipe recipe, boolean checkpointing) {
    if (recipe.attention() != Attention.PLAIN) {
      return 0;
    }
    double largest = scores(recipe.item(), 8);
    double kept =
        LAYERS * (largest + scores(recipe.item(), 16) + scores(recipe.item(), 32))
            + scores(recipe.item(), 64);
    return AT_WORK * largest + (checkpointing ? largest : kept);
  }

  /** Bytes of an image in inference: of two, for it is made with and without its prompt. */
  static double inferred(Recipe recipe) {
    return recipe.attention() == Attention.PLAIN
        ? 2 * AT_WORK * scores(recipe.item(), 8) * recipe.arithmetic().activationBytes() / 4
        : 0;
  }

  private static double scores(Item item, int reduction) {
    double positions = Math.pow(item.size() / (double) reduction, 2);
    return HEADS * positions * positions * SCORE_BYTES;
  }
}
