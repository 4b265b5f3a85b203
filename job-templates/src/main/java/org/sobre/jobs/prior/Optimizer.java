package org.sobre.jobs.prior;

/**
 * What an optimizer keeps for each trained parameter, and what its step takes for a moment, in
 * values of the parameter's own width.
 *
 * <p>The step: torch.optim.AdamW, argument {@code foreach}, the default on a GPU since PyTorch 2.0,
 * takes about the size of the parameters more than a loop over them.
 */
public enum Optimizer implements Word {
  ADAMW("adamw", 2, 1),
  /** One kernel for all ({@code fused=True}), or one parameter after the other: no copy. */
  ADAMW_FUSED("adamw-fused", 2, 0),
  /** bitsandbytes, as QLoRA's authors: the states wait in main memory where the card is full. */
  ADAMW_PAGED("adamw-paged", 0, 0),
  /** bitsandbytes: two states of 8 bits. */
  ADAMW_8BIT("adamw8bit", 0.5, 0),
  /** Rows and columns of the second moment only. */
  ADAFACTOR("adafactor", 0.01, 0),
  SGD_MOMENTUM("sgd-momentum", 1, 1),
  SGD("sgd", 0, 0);

  private final String word;
  private final double states;
  private final double step;

  Optimizer(String word, double states, double step) {
    this.word = word;
    this.states = states;
    this.step = step;
  }

  @Override
  public String word() {
    return word;
  }

  double states() {
    return states;
  }

  double step() {
    return step;
  }
}
