package org.sobre.it.fleet;

import java.util.List;
import org.sobre.hardware.gpu.GpuVendor;

/**
 * Cards of the pack, and what Slurm must be told of each. The right-hand side is written by hand
 * from docs/slurm.md; nothing here asks the code under test.
 *
 * @param mebibytes as the vendor's tool tells them: nvidia-smi and amd-smi recordings of the
 *     project, else the nominal size
 * @param type the gres type
 * @param gigabytes the highest rung of the ladder that the card has
 */
record CardModel(
    GpuVendor vendor,
    String name,
    long mebibytes,
    String architecture,
    String computeCapability,
    String type,
    int gigabytes) {

  /** Five families: gamer, gpgpu, professional, office and confort. */
  static final List<CardModel> OFFERED =
      List.of(
          nvidia("NVIDIA GeForce RTX 4090", 24_564, "ada", "8.9", "nvidia_geforce_rtx_4090", 24),
          nvidia("NVIDIA GeForce RTX 3060", 12_288, "ampere", "8.6", "nvidia_geforce_rtx_3060", 12),
          nvidia(
              "NVIDIA GeForce GTX 1080 Ti",
              11_264,
              "pascal",
              "6.1",
              "nvidia_geforce_gtx_1080_ti",
              11),
          nvidia("Tesla K80", 11_441, "kepler", "3.7", "tesla_k80", 12),
          nvidia("NVIDIA L4", 23_034, "ada", "8.9", "nvidia_l4", 24),
          nvidia("NVIDIA A100-SXM4-80GB", 81_920, "ampere", "8.0", "nvidia_a100-sxm4-80gb", 80),
          nvidia("Quadro RTX 6000", 24_576, "turing", "7.5", "quadro_rtx_6000", 24),
          nvidia("NVIDIA RTX A5000", 24_564, "ampere", "8.6", "nvidia_rtx_a5000", 24),
          nvidia("Quadro P2000", 5_059, "pascal", "6.1", "quadro_p2000", 4),
          new CardModel(
              GpuVendor.AMD, "AMD Instinct MI210", 65_520, "cdna2", "", "amd_instinct_mi210", 64));

  /** Too small to be offered. */
  static final CardModel DISPLAY_ONLY =
      nvidia("NVIDIA GeForce GT 1030", 2_001, "pascal", "6.1", "nvidia_geforce_gt_1030", 2);

  private static CardModel nvidia(
      String name, long mebibytes, String architecture, String cc, String type, int gigabytes) {
    return new CardModel(GpuVendor.NVIDIA, name, mebibytes, architecture, cc, type, gigabytes);
  }
}
