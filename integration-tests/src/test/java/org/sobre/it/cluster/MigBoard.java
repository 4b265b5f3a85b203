package org.sobre.it.cluster;

import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * A board in MIG mode as {@code nvidia-smi -q -x} and {@code -L} told of it, read by code that
 * shares nothing with Sobre.
 *
 * @param id of the board
 * @param memoryMebibytes of the board
 * @param devices in the tool's order
 */
record MigBoard(String id, long memoryMebibytes, List<Device> devices) {

  private static final Pattern UUID = Pattern.compile("<uuid>(GPU-.*?)</uuid>");
  private static final Pattern TOTAL =
      Pattern.compile("<fb_memory_usage>\\s*<total>(\\d+) MiB</total>");
  private static final Pattern DEVICE =
      Pattern.compile(
          "<gpu_instance_id>(\\d+)<.*?" + TOTAL.pattern() + ".*?</mig_device>", Pattern.DOTALL);
  private static final Pattern LISTED =
      Pattern.compile("  MIG (\\S+) +Device +\\d+: \\(UUID: (\\S+)\\)");

  /**
   * @param profile {@code 1c.3g.71gb}
   * @param id by which CUDA selects it
   * @param gpuInstance the number of what it has its memory from; two devices may have theirs from
   *     one
   * @param memoryMebibytes of that GPU instance, whole
   */
  record Device(String profile, String id, int gpuInstance, long memoryMebibytes) {}

  static MigBoard read(Path description, Path list) throws IOException {
    List<MatchResult> listed = all(LISTED, Files.readString(list));
    String xml = Files.readString(description);
    int end = xml.indexOf("</mig_devices>");
    List<MatchResult> described = all(DEVICE, xml.substring(0, end));
    if (described.size() != listed.size()) {
      throw new AssertionError(described.size() + " described, " + listed.size() + " listed");
    }
    List<Device> devices = new ArrayList<>();
    for (int i = 0; i < listed.size(); i++) {
      MatchResult one = described.get(i);
      devices.add(
          new Device(
              listed.get(i).group(1),
              listed.get(i).group(2),
              Integer.parseInt(one.group(1)),
              Long.parseLong(one.group(2))));
    }
    String board = xml.substring(end);
    return new MigBoard(
        all(UUID, board).get(0).group(1),
        Long.parseLong(all(TOTAL, board).get(0).group(1)),
        devices);
  }

  /** The only device of this profile. */
  Device device(String profile) {
    List<Device> found =
        devices.stream().filter(device -> device.profile().equals(profile)).toList();
    if (found.size() != 1) {
      throw new AssertionError("expected one " + profile + ", found " + found);
    }
    return found.get(0);
  }

  /**
   * Its memory by the board's, to the billionth below; those of one GPU instance divide its memory.
   */
  BigDecimal part(Device device) {
    long sharers =
        devices.stream().filter(other -> other.gpuInstance() == device.gpuInstance()).count();
    return BigDecimal.valueOf(device.memoryMebibytes())
        .divide(BigDecimal.valueOf(memoryMebibytes * sharers), 9, RoundingMode.DOWN);
  }

  private static List<MatchResult> all(Pattern pattern, String text) {
    return pattern.matcher(text).results().toList();
  }
}
