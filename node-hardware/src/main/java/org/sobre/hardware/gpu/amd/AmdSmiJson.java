package org.sobre.hardware.gpu.amd;

/** Reads {@code amd-smi … --json} of ROCm 5 to 7; {@link AmdSmiTree} says what is taken of it. */
final class AmdSmiJson {

  private AmdSmiJson() {}

  /**
   * @param printed standard output, of one call
   */
  static AmdListing parse(String printed) {
    JsonTexts texts = JsonTexts.in(printed);
    return AmdSmiTree.listing(texts.documents(), texts.problem());
  }
}
