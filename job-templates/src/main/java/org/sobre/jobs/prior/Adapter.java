package org.sobre.jobs.prior;

import static java.util.Objects.requireNonNull;

import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * Low-rank adapters (LoRA), trained in place of the model's own weights.
 *
 * @param rank of their matrices
 * @param parameters of all of them; absent where they follow from the rank
 */
public record Adapter(OptionalInt rank, OptionalLong parameters) {

  /** As QLoRA's authors and Qwen's train a language model: on every matrix of every layer. */
  private static final int TEXT_RANK = 64;

  private static final int IMAGE_RANK = 16;

  /**
   * In and out widths of a layer's matrices together, in units of its width: 8 for queries, keys,
   * values and output, of which three are one matrix or two in some models, and 3 x 3.7 for a gated
   * feed-forward of 2.7 times the width.
   */
  private static final double WIDTHS_OF_A_LAYER = 17;

  /** Stable Diffusion 1's U-Net has 797 184 parameters of adapters at rank 4. */
  private static final long IMAGE_PARAMETERS_OF_A_RANK = 199_296;

  public Adapter {
    requireNonNull(rank, "rank");
    requireNonNull(parameters, "parameters");
    if (rank.orElse(1) < 1 || parameters.orElse(1) < 1) {
      throw new IllegalArgumentException("expected a rank and parameters from 1");
    }
  }

  /** Adapters of which nothing is known. */
  public static Adapter usual() {
    return new Adapter(OptionalInt.empty(), OptionalLong.empty());
  }

  double parameters(ModelShape shape, Item.Kind kind) {
    if (parameters.isPresent()) {
      return parameters.getAsLong();
    }
    return switch (kind) {
      case TEXT ->
          WIDTHS_OF_A_LAYER * rank.orElse(TEXT_RANK) * shape.hidden() * (double) shape.layers();
      case IMAGE -> (double) IMAGE_PARAMETERS_OF_A_RANK * rank.orElse(IMAGE_RANK);
    };
  }
}
