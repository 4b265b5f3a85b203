package org.sobre.slurm.gres;

import java.util.Locale;
import java.util.regex.Pattern;

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

  static boolean isSafe(String type) {
    return SAFE.matcher(type).matches();
  }
}
