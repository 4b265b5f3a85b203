package org.sobre.it.gres;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.sobre.hardware.gpu.Gpu;
import org.sobre.hardware.gpu.GpuPartition;

/**
 * What a description of a GPU in MIG mode lacks: names and ids, which {@code nvidia-smi -L} tells,
 * and the minors of the capabilities, which the kernel tells. The first is the recorded one of the
 * same machine where there is one; the minors are the test's, numbered as the driver numbers them.
 */
final class MigFacts {

  /** {@code h200-mig_590.48.01_q-idle.txt}: machine, driver, form. */
  private static final Pattern NAME = Pattern.compile("([^_]+_[^_]+)_.*");

  /**
   * Of the recording that has none beside it: 14 multiprocessors and 20 GB are 1g.20gb, see
   * "Supported MIG Profiles" of NVIDIA's MIG User Guide. Names are the test's.
   */
  private static final Map<String, String> PROFILES =
      Map.of("a100-sxm4-80gb_535.54.03_q-x-mig-1of4.xml", "1g.20gb");

  private static final Pattern MINOR = Pattern.compile("/dev/nvidia(\\d+)");

  private MigFacts() {}

  /** The texts that stand beside a recording which lists these GPUs; empty: none are lacking. */
  static List<String> beside(Path recording, List<Gpu> gpus) throws IOException {
    if (gpus.stream().allMatch(gpu -> gpu.partitions().isEmpty())) {
      return List.of();
    }
    return Stream.of(list(recording, gpus), minors(gpus)).filter(text -> !text.isEmpty()).toList();
  }

  private static String list(Path recording, List<Gpu> gpus) throws IOException {
    String name = String.valueOf(recording.getFileName());
    Matcher parts = NAME.matcher(name);
    Path recorded =
        recording.resolveSibling((parts.matches() ? parts.group(1) : name) + "_list.txt");
    if (recorded.equals(recording)) {
      return "";
    }
    if (Files.exists(recorded)) {
      return Files.readString(recorded, StandardCharsets.UTF_8);
    }
    return PROFILES.containsKey(name) ? listed(gpus, PROFILES.getOrDefault(name, "")) : "";
  }

  private static String listed(List<Gpu> gpus, String profile) {
    StringBuilder text = new StringBuilder();
    for (Gpu gpu : gpus) {
      text.append("GPU ").append(gpu.index()).append(": ").append(gpu.model());
      text.append(" (UUID: ").append(gpu.uuid().orElseThrow()).append(")\n");
      for (int i = 0; i < gpu.partitions().size(); i++) {
        text.append("  MIG ").append(profile).append("     Device  ").append(i);
        text.append(": (UUID: MIG-00000000-0000-4000-8000-00000000000").append(i).append(")\n");
      }
    }
    return text.toString();
  }

  /** A GPU without a known minor gets none: the kernel's file goes by minors. */
  private static String minors(List<Gpu> gpus) {
    StringBuilder text = new StringBuilder();
    for (Gpu gpu : gpus) {
      Matcher board = MINOR.matcher(gpu.device().map(Path::toString).orElse(""));
      if (board.matches()) {
        gpu.partitions().forEach(part -> minors(board.group(1), part, text));
      }
    }
    return text.toString();
  }

  /** Nine numbers a GPU instance, the first its own, as in the driver's file. */
  private static void minors(String board, GpuPartition part, StringBuilder text) {
    OptionalInt gi = part.gpuInstance();
    OptionalInt ci = part.computeInstance();
    if (gi.isPresent() && ci.isPresent()) {
      int first = 3 + 135 * Integer.parseInt(board) + 9 * gi.getAsInt();
      String instance = "gpu" + board + "/gi" + gi.getAsInt();
      text.append(instance).append("/access ").append(first).append('\n');
      text.append(instance).append("/ci").append(ci.getAsInt()).append("/access ");
      text.append(first + 1 + ci.getAsInt()).append('\n');
    }
  }
}
