package org.sobre.jobs.prior;

import static java.util.Objects.requireNonNull;

import java.util.Optional;

/**
 * How a model is trained.
 *
 * @param ema whether a moving average of the trained weights is kept on the device
 * @param checkpointing whether activations are computed again instead of kept
 * @param adapter absent if the model's own weights are trained
 * @param deepspeed whether DeepSpeed trains it, which keeps buckets of gradients beside
 */
public record Training(
    Optimizer optimizer,
    boolean ema,
    boolean checkpointing,
    Optional<Adapter> adapter,
    boolean deepspeed) {

  public Training {
    requireNonNull(optimizer, "optimizer");
    requireNonNull(adapter, "adapter");
  }

  /** Without DeepSpeed. */
  public Training(
      Optimizer optimizer, boolean ema, boolean checkpointing, Optional<Adapter> adapter) {
    this(optimizer, ema, checkpointing, adapter, false);
  }
}
