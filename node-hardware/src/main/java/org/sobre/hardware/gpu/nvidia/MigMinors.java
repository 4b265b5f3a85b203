package org.sobre.hardware.gpu.nvidia;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which {@code /dev/nvidia-caps/nvidia-capN} opens which MIG instance: {@code
 * /proc/driver/nvidia-caps/mig-minors}, lines {@code gpu0/gi3/access 30} and {@code
 * gpu0/gi3/ci0/access 31} (NVIDIA's MIG User Guide, "Device Nodes and Capabilities"). The gpu's
 * number is its device minor.
 *
 * @param minors by the line's first word
 */
record MigMinors(Map<String, Integer> minors) {

  private static final Pattern LINE =
      Pattern.compile(
          "(gpu\\d{1,4}/gi\\d{1,4}(?:/ci\\d{1,4})?/access)\\s+(\\d{1,7})\\s*",
          Pattern.CASE_INSENSITIVE);

  MigMinors {
    minors = Map.copyOf(minors);
  }

  static MigMinors parse(String text) {
    Map<String, Integer> minors = new HashMap<>();
    text.lines()
        .forEach(
            line -> {
              Matcher m = LINE.matcher(line);
              if (m.matches()) {
                minors.putIfAbsent(
                    m.group(1).toLowerCase(Locale.ROOT), Integer.parseInt(m.group(2)));
              }
            });
    return new MigMinors(minors);
  }

  OptionalInt ofGpuInstance(int gpuMinor, int gpuInstance) {
    return of("gpu" + gpuMinor + "/gi" + gpuInstance + "/access");
  }

  OptionalInt ofComputeInstance(int gpuMinor, int gpuInstance, int computeInstance) {
    return of("gpu" + gpuMinor + "/gi" + gpuInstance + "/ci" + computeInstance + "/access");
  }

  private OptionalInt of(String key) {
    return minors.containsKey(key)
        ? OptionalInt.of(minors.getOrDefault(key, 0))
        : OptionalInt.empty();
  }
}
