package org.sobre.hardware.gpu.amd;

import java.util.Map;

/** Reads {@code rocm-smi … --json} of ROCm 3 to 7; {@link RocmSmiTree} says what is taken of it. */
final class RocmSmiJson {

  private RocmSmiJson() {}

  /**
   * @param printed standard output, of one call
   */
  static AmdListing parse(String printed) {
    JsonTexts texts = JsonTexts.in(printed);
    return RocmSmiTree.listing(texts.documents(), Map.of(), texts.problem());
  }
}
