package org.sobre.slurm.gres;

import java.util.Locale;
import java.util.regex.Pattern;
import org.sobre.hardware.gpu.GpuVendor;

/**
 * A GPU's model as a gres type (DESIGN section 5): what Slurm's own AutoDetect gives, lower case
 * and blanks to underscores, made safe.
 *
 * <p>Slurm takes almost any text, and then breaks on some: {@code :} and {@code ,} split it, {@code
 * (} cuts it, {@code #} starts a comment, and a type that begins with a digit is read as a count in
 * {@code --gres=gpu:4090} (all seen with 22.05.8).
 */
public final class TypeName {

  private static final Pattern SAFE = Pattern.compile("[a-z][a-z0-9_.-]*");
  private static final Pattern UNSAFE_CHARACTER = Pattern.compile("[^a-z0-9_.-]");

  private TypeName() {}

  /** {@code NVIDIA GeForce RTX 4090} becomes {@code nvidia_geforce_rtx_4090}. */
  public static String of(String model) {
    String name = UNSAFE_CHARACTER.matcher(model.toLowerCase(Locale.ROOT)).replaceAll("_");
    return SAFE.matcher(name).matches() ? name : "gpu_" + name;
  }

  /**
   * As Slurm's AutoDetect names a MIG device: the model up to its first hyphen, and the profile
   * (gpu_nvml.c, tag slurm-22-05-8-1): {@code NVIDIA A100-SXM4-80GB} and {@code 3g.40gb} become
   * {@code nvidia_a100_3g.40gb}. AMD's partitions, which AutoDetect does not tell from whole cards,
   * are named likewise, from the whole model: {@code amd_instinct_mi300x_cpx}.
   */
  static String ofPartition(GpuVendor vendor, String model, String profile) {
    int hyphen = vendor == GpuVendor.NVIDIA ? model.indexOf('-') : -1;
    return of((hyphen > 0 ? model.substring(0, hyphen) : model) + "_" + profile);
  }

  static boolean isSafe(String type) {
    return SAFE.matcher(type).matches();
  }
}
