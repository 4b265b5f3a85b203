package org.sobre.it.fleet;

import java.util.List;
import org.sobre.hardware.gpu.GpuVendor;

/**
 * Cards of the pack, and what Slurm must be told of each. All of it is written by hand, from
 * docs/slurm.md and the makers' data; nothing here asks the code under test.
 *
 * @param mebibytes as the vendor's tool tells them: recordings of the project, else the nominal
 *     size
 * @param type the gres type
 * @param gigabytes the highest rung of the ladder that the card has
 * @param family under which the catalogue sorts it
 */
record CardModel(
    GpuVendor vendor,
    String name,
    long mebibytes,
    String architecture,
    String computeCapability,
    String type,
    int gigabytes,
    String family) {

  private static final String TABLE =
      """
      gamer        | NVIDIA GeForce RTX 4090    | 24564 | ada    | 8.9 | nvidia_geforce_rtx_4090    | 24
      gamer        | NVIDIA GeForce RTX 3060    | 12288 | ampere | 8.6 | nvidia_geforce_rtx_3060    | 12
      gamer        | NVIDIA GeForce GTX 1080 Ti | 11264 | pascal | 6.1 | nvidia_geforce_gtx_1080_ti | 11
      gpgpu        | Tesla K80                  | 11441 | kepler | 3.7 | tesla_k80                  | 12
      gpgpu        | NVIDIA L4                  | 23034 | ada    | 8.9 | nvidia_l4                  | 24
      gpgpu        | NVIDIA A100-SXM4-80GB      | 81920 | ampere | 8.0 | nvidia_a100-sxm4-80gb      | 80
      gpgpu        | AMD Instinct MI210         | 65520 | cdna2  |     | amd_instinct_mi210         | 64
      professional | Quadro RTX 6000            | 24576 | turing | 7.5 | quadro_rtx_6000            | 24
      professional | NVIDIA RTX A5000           | 24564 | ampere | 8.6 | nvidia_rtx_a5000           | 24
      professional | Quadro P2000               | 5059  | pascal | 6.1 | quadro_p2000               | 4
      office       | NVIDIA T1000               | 4096  | turing | 7.5 | nvidia_t1000               | 4
      confort      | NVIDIA GeForce GTX 1050 Ti | 4096  | pascal | 6.1 | nvidia_geforce_gtx_1050_ti | 4
      """;

  /** Five families, two vendors. */
  static final List<CardModel> OFFERED = TABLE.lines().map(CardModel::parse).toList();

  /** Too small to be offered. */
  static final CardModel DISPLAY_ONLY =
      parse("office | NVIDIA GeForce GT 1030 | 2001 | pascal | 6.1 | nvidia_geforce_gt_1030 | 2");

  /** Half of an A100 of 80 GB: "3g.40gb" has 39.25 GiB (nvidia-smi mig -lgip). */
  static final CardModel HALF_OF_AN_A100 =
      parse("gpgpu | NVIDIA A100-SXM4-80GB | 40192 | ampere | 8.0 | nvidia_a100_3g.40gb | 40");

  /** A card of the table by its gres type. */
  static CardModel ofType(String type) {
    return OFFERED.stream().filter(model -> model.type().equals(type)).findFirst().orElseThrow();
  }

  private static CardModel parse(String line) {
    List<String> cells = List.of(line.split("\\|", -1)).stream().map(String::strip).toList();
    return new CardModel(
        cells.get(1).startsWith("AMD") ? GpuVendor.AMD : GpuVendor.NVIDIA,
        cells.get(1),
        Long.parseLong(cells.get(2)),
        cells.get(3),
        cells.get(4),
        cells.get(5),
        Integer.parseInt(cells.get(6)),
        cells.get(0));
  }
}
