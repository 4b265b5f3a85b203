package org.sobre.jobs.calibration;

import static java.util.Objects.requireNonNull;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.sobre.hardware.gpu.GpuVendor;
import org.sobre.jobs.plan.Device;
import org.sobre.jobs.profile.Variant;

/**
 * Of what an experience is one: what another model, precision, optimizer, attention or kind of card
 * does tells nothing here.
 *
 * @param profile by name
 * @param variant by name
 * @param recipe SHA-256 of the variant's key (precision, optimizer, attention...), in hexadecimal:
 *     a profile that changes it forgets
 * @param arch the kind of card: {@code cc 8.9} of NVIDIA's, else its model
 */
public record CalibrationKey(String profile, String variant, String recipe, String arch) {

  private static final int MOST_CHARACTERS = 128;

  public CalibrationKey {
    requireText("profile", profile);
    requireText("variant", variant);
    requireText("recipe", recipe);
    requireText("arch", arch);
  }

  private static void requireText(String name, String text) {
    requireNonNull(text, name);
    if (text.isBlank() || text.length() > MOST_CHARACTERS) {
      throw new IllegalArgumentException(
          name + ": expected 1 to " + MOST_CHARACTERS + " characters, found " + text.length());
    }
  }

  public static CalibrationKey of(String profile, Variant variant, Device device) {
    return new CalibrationKey(profile, variant.name(), recipe(variant.key()), arch(device));
  }

  private static String arch(Device device) {
    Optional<String> capability =
        device
            .computeCapability()
            .filter(any -> device.vendor().equals(Optional.of(GpuVendor.NVIDIA)))
            .map(version -> "cc " + version);
    String model = device.kind().isBlank() ? "?" : device.kind();
    return capability.orElse(model.substring(0, Math.min(MOST_CHARACTERS, model.length())));
  }

  /** Whatever the order of the keys in the file. */
  static String recipe(Map<String, String> key) {
    StringBuilder text = new StringBuilder();
    new TreeMap<>(key).forEach((name, value) -> text.append(name + "=" + value + "\n"));
    try {
      byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
