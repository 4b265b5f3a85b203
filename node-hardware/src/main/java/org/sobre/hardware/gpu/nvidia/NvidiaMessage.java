package org.sobre.hardware.gpu.nvidia;

import java.util.regex.Pattern;

/** Sentences that nvidia-smi prints in place of an answer or around it. */
final class NvidiaMessage {

  private static final Pattern KNOWN =
      Pattern.compile(
          "(?i)NVIDIA-SMI has failed because .*"
              + "|NVIDIA-SMI couldn't find .*"
              + "|Failed to (?:initialize|properly shut down) NVML: .*"
              + "|No devices were found\\b.*"
              + "|Unable to determine the device handle for gpu.*"
              + "|Field \"[^\"]*\" is not a valid field to query\\b.*"
              + "|WARNING: infoROM is corrupted at gpu .*"
              + "|(?:WARNING: )?.*\\bGPU.{0,40}\\b(?:is lost|has fallen off the bus)\\b.*"
              + "|ERROR: Option -.*");

  private static final int LONGEST = 1000;

  private NvidiaMessage() {}

  static boolean isOne(String line) {
    return line.length() < LONGEST && KNOWN.matcher(line.strip()).matches();
  }
}
