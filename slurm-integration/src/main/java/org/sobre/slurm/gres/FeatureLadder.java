package org.sobre.slurm.gres;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.sobre.hardware.gpu.Gpu;
import org.sobre.hardware.units.MemorySize;

/**
 * The features by which jobs ask for video memory, vendor, family and compute capability. Slurm has
 * no words for these: its plugins discover none of them.
 *
 * <p>{@code vram_ge_24g}: every GPU that the node offers has 24 GB, so any GPU of it will do.
 * {@code vram_has_24g}: one at least has; which one a job gets is then asked for by type. A card
 * "has N GB" if its total is at least 0.99 N 10<sup>9</sup> bytes.
 *
 * <p>{@code gpu_cc_ge_7_0}: every GPU that the node offers is NVIDIA's and has compute capability
 * 7.0 or more.
 */
public final class FeatureLadder {

  /** The rungs, in GB; a card has every rung up to its own. */
  public static final List<Integer> GIGABYTES =
      List.of(2, 4, 6, 8, 10, 11, 12, 16, 20, 24, 32, 40, 48, 64, 80, 94, 96, 128, 140, 192);

  /** CUDA's, where a generation of cards begins or gains what programs are built for. */
  static final List<ComputeCapability> COMPUTE_CAPABILITIES =
      Stream.of(
              "3.5", "3.7", "5.0", "5.2", "6.0", "6.1", "7.0", "7.5", "8.0", "8.6", "8.9", "9.0",
              "10.0", "12.0")
          .map(ComputeCapability::parse)
          .flatMap(Optional::stream)
          .toList();

  private static final Pattern UNSAFE_CHARACTER = Pattern.compile("[^a-z0-9]");

  private FeatureLadder() {}

  /**
   * @param offered what is given to Slurm, a partition with its own memory; nothing, no features
   */
  public static List<String> of(List<Offered> offered) {
    Set<String> features = new LinkedHashSet<>();
    if (!offered.isEmpty()) {
      rungs(n -> offered.stream().allMatch(device -> has(device, n)), "vram_ge_", features);
      rungs(n -> offered.stream().anyMatch(device -> has(device, n)), "vram_has_", features);
    }
    List<Gpu> boards = offered.stream().map(Offered::board).toList();
    boards.forEach(gpu -> features.add("gpu_vendor_" + gpu.vendor().jsonName()));
    boards.forEach(gpu -> gpu.architecture().ifPresent(a -> features.add("gpu_family_" + word(a))));
    boards.forEach(gpu -> gpu.family().ifPresent(f -> features.add("gpu_family_" + word(f))));
    boards.forEach(
        gpu -> gpu.computeCapability().ifPresent(c -> features.add("gpu_cc_" + word(c))));
    capabilityRungs(boards, features);
    return new ArrayList<>(features);
  }

  private static void rungs(IntPredicate holds, String prefix, Set<String> features) {
    for (int gigabytes : GIGABYTES) {
      if (holds.test(gigabytes)) {
        features.add(prefix + gigabytes + "g");
      }
    }
  }

  private static boolean has(Offered device, int gigabytes) {
    return device.memory().hasGigabytes(gigabytes);
  }

  /** The N.N for which there is a feature {@code gpu_cc_ge_N_N}, ascending. */
  public static List<String> computeCapabilities() {
    return COMPUTE_CAPABILITIES.stream().map(ComputeCapability::toString).toList();
  }

  /** The last rung that a capability reaches, as {@code 8.6}; empty for another form. */
  public static Optional<String> capabilityRung(String capability) {
    return ComputeCapability.parse(capability)
        .flatMap(
            has ->
                COMPUTE_CAPABILITIES.stream()
                    .filter(rung -> rung.compareTo(has) <= 0)
                    .max(Comparator.naturalOrder()))
        .map(ComputeCapability::toString);
  }

  /** The first rung that promises a capability; empty above the last, and for another form. */
  public static Optional<String> capabilityRungFor(String least) {
    return ComputeCapability.parse(least)
        .flatMap(
            needed ->
                COMPUTE_CAPABILITIES.stream()
                    .filter(rung -> rung.compareTo(needed) >= 0)
                    .min(Comparator.naturalOrder()))
        .map(ComputeCapability::toString);
  }

  /** The last rung of memory that a size reaches, in GB; 0 below the first. */
  public static int rung(MemorySize memory) {
    return GIGABYTES.stream()
        .filter(memory::hasGigabytes)
        .mapToInt(Integer::intValue)
        .max()
        .orElse(0);
  }

  /** A card of another vendor, or one whose capability is not known, promises nothing. */
  private static void capabilityRungs(List<Gpu> boards, Set<String> features) {
    List<ComputeCapability> capabilities =
        boards.stream()
            .map(gpu -> gpu.computeCapability().flatMap(ComputeCapability::parse))
            .flatMap(Optional::stream)
            .toList();
    if (!boards.isEmpty() && capabilities.size() == boards.size()) {
      ComputeCapability least = Collections.min(capabilities);
      COMPUTE_CAPABILITIES.stream()
          .filter(rung -> rung.compareTo(least) <= 0)
          .forEach(rung -> features.add("gpu_cc_ge_" + word(rung.toString())));
    }
  }

  private static String word(String text) {
    return UNSAFE_CHARACTER.matcher(text.toLowerCase(Locale.ROOT)).replaceAll("_");
  }
}
