package org.sobre.hardware.gpu.nvidia;

import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How the driver wants its device files: {@code /proc/driver/nvidia/params} for the cards, the
 * files {@code access} below {@code /proc/driver/nvidia/capabilities} for MIG's (NVIDIA's README,
 * "How and why does the driver use device files"; nvidia-modprobe reads the same).
 *
 * @param modify false where the administrator makes the files himself (NVreg_ModifyDeviceFiles=0)
 * @param mode permission bits
 * @param minor of the capability's device file; absent in the cards' parameters
 */
record DeviceFileRules(boolean modify, int mode, int owner, int group, OptionalInt minor) {

  private static final int EVERYONE_READS_AND_WRITES = 0666;
  private static final Pattern LINE = Pattern.compile("(\\w{1,64}):\\s*(\\d{1,9})\\s*");

  /** Where a key is not there, the driver's default. */
  static DeviceFileRules parse(String text) {
    Map<String, Integer> values = new HashMap<>();
    text.lines()
        .forEach(
            line -> {
              Matcher m = LINE.matcher(line);
              if (m.matches()) {
                values.putIfAbsent(m.group(1), Integer.parseInt(m.group(2)));
              }
            });
    int modify = values.getOrDefault("ModifyDeviceFiles", 1);
    return new DeviceFileRules(
        values.getOrDefault("DeviceFileModify", modify) != 0,
        values.getOrDefault("DeviceFileMode", EVERYONE_READS_AND_WRITES) & 0777,
        values.getOrDefault("DeviceFileUID", 0),
        values.getOrDefault("DeviceFileGID", 0),
        values.containsKey("DeviceFileMinor")
            ? OptionalInt.of(values.getOrDefault("DeviceFileMinor", 0))
            : OptionalInt.empty());
  }
}
