package org.sobre.jobs.prior;

/** How a weight that is not trained, or a value of a cache, is held. */
public enum Storage implements Word {
  FP32("fp32", 4, false),
  FP16("fp16", 2, false),
  BF16("bf16", 2, false),
  INT8("int8", 1, true),
  /**
   * 4 bits and, for blocks of 64 of them, a scale that is itself quantized: 4.127 bits a weight
   * (Dettmers et al., QLoRA, 2023, section 3), and a quarter of a bit for what stays whole.
   */
  NF4("nf4", 0.55, true);

  private final String word;
  private final double bytes;
  private final boolean quantized;

  Storage(String word, double bytes, boolean quantized) {
    this.word = word;
    this.bytes = bytes;
    this.quantized = quantized;
  }

  @Override
  public String word() {
    return word;
  }

  double bytes() {
    return bytes;
  }

  /** Whether only the matrices of the layers are held so: embeddings stay in 16 bits. */
  boolean isQuantized() {
    return quantized;
  }
}
