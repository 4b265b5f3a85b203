package org.sobre.hardware.gpu.amd;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.sobre.hardware.units.PciAddress;

/**
 * The name under which an AMD card stands in the ledger, in node.json and in gres: {@code AMD-} and
 * the 16 hex digits that its maker gave it, or its place on the bus where it has none.
 *
 * <p>The kernel has the number for GFX9 chips and newer (documentation of amdgpu's {@code
 * unique_id}); amd-smi calls it asic serial, rocm-smi Unique ID. Leading zeros come and go: an MI50
 * prints {@code 0x2f048617326b1ea}.
 */
public final class AmdDeviceId {

  private static final Pattern HEX = Pattern.compile("(?:0[xX])?([0-9a-fA-F]{1,16})");

  /** None, and a register that could not be read. */
  private static final Pattern MEANINGLESS = Pattern.compile("0{16}|f{16}");

  /**
   * amd-smi's UUID has the 16 digits in three places, around the device id and what makes it a
   * UUID: {@code 67ff740f-0000-1000-80c6-3ac3c3c637f9} is the card of {@code 0x67c63ac3c3c637f9}
   * (amdsmi_uuid_gen; both printed in ROCm/legacy-rocm-build issue 5480).
   */
  private static final Pattern UUID =
      Pattern.compile(
          "([0-9a-fA-F]{2})[0-9a-fA-F]{6}-0000-1000-80([0-9a-fA-F]{2})-([0-9a-fA-F]{12})");

  private AmdDeviceId() {}

  /** The maker's number in amd-smi's UUID, as {@link #uniqueId} gives it. */
  static Optional<String> inUuid(String uuid) {
    Matcher m = UUID.matcher(uuid.strip());
    return m.matches() ? uniqueId(m.group(1) + m.group(2) + m.group(3)) : Optional.empty();
  }

  /**
   * The maker's number in 16 lower case hex digits; empty where the text is none, as {@code N/A},
   * or where it is all zeros or all ones.
   */
  public static Optional<String> uniqueId(String printed) {
    Matcher m = HEX.matcher(printed.strip());
    if (!m.matches()) {
      return Optional.empty();
    }
    String digits = "0".repeat(16 - m.group(1).length()) + m.group(1).toLowerCase(Locale.ROOT);
    return MEANINGLESS.matcher(digits).matches() ? Optional.empty() : Optional.of(digits);
  }

  /**
   * @param uniqueId as {@link #uniqueId} gives it
   */
  public static String of(Optional<String> uniqueId, PciAddress address) {
    return "AMD-" + uniqueId.orElseGet(address::toString);
  }
}
