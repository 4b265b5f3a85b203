package org.sobre.slurm.gres;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.regex.Pattern;
import org.sobre.hardware.gpu.Gpu;

/**
 * The features by which jobs ask for video memory, vendor, family and compute capability. Slurm has
 * no words for these: its plugins discover none of them.
 *
 * <p>{@code vram_ge_24g}: every GPU that the node offers has 24 GB, so any GPU of it will do.
 * {@code vram_has_24g}: one at least has; which one a job gets is then asked for by type. A card
 * "has N GB" if its total is at least 0.99 N 10<sup>9</sup> bytes.
 */
public final class FeatureLadder {

  /** The rungs, in GB; a card has every rung up to its own. */
  public static final List<Integer> GIGABYTES =
      List.of(2, 4, 6, 8, 10, 11, 12, 16, 20, 24, 32, 40, 48, 64, 80, 94, 96, 128, 140, 192);

  private static final Pattern UNSAFE_CHARACTER = Pattern.compile("[^a-z0-9]");

  private FeatureLadder() {}

  /**
   * @param offered the GPUs given to Slurm; none of them, no features
   */
  public static List<String> of(List<Gpu> offered) {
    Set<String> features = new LinkedHashSet<>();
    if (!offered.isEmpty()) {
      rungs(n -> offered.stream().allMatch(gpu -> has(gpu, n)), "vram_ge_", features);
      rungs(n -> offered.stream().anyMatch(gpu -> has(gpu, n)), "vram_has_", features);
    }
    offered.forEach(gpu -> features.add("gpu_vendor_" + gpu.vendor().jsonName()));
    offered.forEach(
        gpu -> gpu.architecture().ifPresent(a -> features.add("gpu_family_" + word(a))));
    offered.forEach(
        gpu -> gpu.computeCapability().ifPresent(c -> features.add("gpu_cc_" + word(c))));
    return new ArrayList<>(features);
  }

  private static void rungs(IntPredicate holds, String prefix, Set<String> features) {
    for (int gigabytes : GIGABYTES) {
      if (holds.test(gigabytes)) {
        features.add(prefix + gigabytes + "g");
      }
    }
  }

  private static boolean has(Gpu gpu, int gigabytes) {
    return gpu.memoryTotal().match(total -> total.hasGigabytes(gigabytes), missing -> false);
  }

  private static String word(String text) {
    return UNSAFE_CHARACTER.matcher(text.toLowerCase(Locale.ROOT)).replaceAll("_");
  }
}
