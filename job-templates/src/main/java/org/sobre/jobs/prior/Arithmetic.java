package org.sobre.jobs.prior;

/**
 * The precision of the computation. A trained parameter takes, in bytes: 4 + 4 for itself and its
 * gradient in fp32; 2 more for the copy in half precision that mixed precision computes with; 2 + 2
 * if there is no copy in fp32 at all.
 */
public enum Arithmetic implements Word {
  FP32("fp32", 4, 4, 0),
  /** Mixed precision: the trained weights are in fp32 and computed with in fp16. */
  FP16("fp16", 4, 4, 2),
  /** Mixed precision: the trained weights are in fp32 and computed with in bf16. */
  BF16("bf16", 4, 4, 2),
  /** Weights, gradients and the optimizer's states in bf16, nothing in fp32. */
  PURE_BF16("bf16-pure", 2, 2, 0);

  private final String word;
  private final int weight;
  private final int gradient;
  private final int copy;

  Arithmetic(String word, int weight, int gradient, int copy) {
    this.word = word;
    this.weight = weight;
    this.gradient = gradient;
    this.copy = copy;
  }

  @Override
  public String word() {
    return word;
  }

  /** Bytes of one value of a kept weight; the optimizer's states have its width, too. */
  int weightBytes() {
    return weight;
  }

  /** Bytes that a trained parameter takes before any optimizer. */
  int trainedBytes() {
    return weight + gradient + copy;
  }

  /** Bytes of one value of an activation. */
  int activationBytes() {
    return this == FP32 ? 4 : 2;
  }

  /** How weights that are not trained are held where nothing else is said. */
  public Storage storage() {
    return this == FP32 ? Storage.FP32 : Storage.FP16;
  }
}
