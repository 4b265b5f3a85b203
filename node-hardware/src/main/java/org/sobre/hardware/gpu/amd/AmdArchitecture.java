package org.sobre.hardware.gpu.amd;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * From AMD's instruction set names to the architectures people ask for. Sources: the processor
 * table of LLVM's "User Guide for AMDGPU Backend" and the hardware tables of the ROCm documentation
 * ("Accelerator and GPU hardware specifications").
 */
final class AmdArchitecture {

  private static final Pattern GFX = Pattern.compile("gfx[0-9a-f]{3,5}");

  /** rocm-smi 6 prints the step of a GFX9 chip in decimal: {@code gfx9010} is gfx90a. */
  private static final Pattern DECIMAL_STEP = Pattern.compile("gfx9([0-9])([0-9]{2})");

  /** The first prefix that fits. */
  private static final Map<String, String> BY_PREFIX = new LinkedHashMap<>();

  static {
    BY_PREFIX.put("gfx908", "cdna");
    BY_PREFIX.put("gfx90a", "cdna2");
    BY_PREFIX.put("gfx94", "cdna3");
    BY_PREFIX.put("gfx95", "cdna4");
    BY_PREFIX.put("gfx9", "gcn5");
    BY_PREFIX.put("gfx101", "rdna");
    BY_PREFIX.put("gfx103", "rdna2");
    BY_PREFIX.put("gfx110", "rdna3");
    BY_PREFIX.put("gfx115", "rdna3.5");
    BY_PREFIX.put("gfx120", "rdna4");
    BY_PREFIX.put("gfx6", "gcn");
    BY_PREFIX.put("gfx7", "gcn");
    BY_PREFIX.put("gfx8", "gcn");
  }

  private AmdArchitecture() {}

  /** {@code gfx90a} of {@code gfx90a}, {@code GFX90A:sramecc+:xnack-} or {@code gfx9010}. */
  static Optional<String> gfx(String printed) {
    String name = printed.strip().toLowerCase(Locale.ROOT).split(":", 2)[0];
    Matcher decimal = DECIMAL_STEP.matcher(name);
    if (decimal.matches()) {
      int step = Integer.parseInt(decimal.group(2));
      return step > 15
          ? Optional.empty()
          : Optional.of("gfx9" + decimal.group(1) + Integer.toHexString(step));
    }
    return GFX.matcher(name).matches() ? Optional.of(name) : Optional.empty();
  }

  /**
   * The kernel's {@code gfx_target_version}: major, and two digits each of minor and step, so that
   * 90010 is gfx90a. 0 is a processor's node and no GPU.
   */
  static Optional<String> gfx(long targetVersion) {
    long major = targetVersion / 10_000;
    long minor = targetVersion / 100 % 100;
    long step = targetVersion % 100;
    return major < 6 || major > 99 || minor > 15 || step > 15
        ? Optional.empty()
        : Optional.of("gfx" + major + Long.toHexString(minor) + Long.toHexString(step));
  }

  /** {@code cdna2} for gfx90a; empty for a name that is newer than this table. */
  static Optional<String> of(String gfx) {
    return BY_PREFIX.entrySet().stream()
        .filter(entry -> gfx.startsWith(entry.getKey()))
        .map(Map.Entry::getValue)
        .findFirst();
  }
}
