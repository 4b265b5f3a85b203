package org.sobre.accounting.year;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * A machine of the year: what it has, and when it was up.
 *
 * @param type of its GPUs, as Slurm calls them; null if it has none
 * @param shared whether two jobs have half a GPU each
 * @param counts whether its GPUs tell a counter, not only their power
 * @param readable whether its processors' counters may be read
 * @param board whether its board's own meter is read, which contains all others
 */
record YearNode(
    String name,
    @Nullable String type,
    int gpus,
    boolean shared,
    boolean counts,
    boolean readable,
    boolean board,
    List<Up> ups) {

  private static final String[] TYPES = {
    "nvidia_geforce_rtx_4090",
    "nvidia_a100-pcie-40gb",
    "tesla_v100-pcie-32gb",
    "nvidia_rtx_a4000",
    "nvidia_geforce_gt_1030",
    "gpu_amd_instinct_mi50"
  };
  private static final int GPU_PAIRS_OF_TEN = 4;
  private static final int HOURS_OF_A_WEEK = 168;

  /** From boot to the next, in hours of the year. */
  record Up(int from, int to, String boot) {}

  static YearNode of(int number, SplittableRandom random) {
    int pair = number / 2;
    boolean hasGpus = pair % 10 < GPU_PAIRS_OF_TEN;
    int kind = pair % TYPES.length;
    return new YearNode(
        String.format(Locale.ROOT, "n%03d", number),
        hasGpus ? TYPES[kind] : null,
        hasGpus ? 1 + number % 2 : 0,
        hasGpus && kind == 1,
        kind != 4,
        pair % 7 != 3,
        pair % 11 == 5,
        ups(hasGpus, number, random));
  }

  /**
   * Machines with GPUs are up all year, the others in four weeks of ten; all boot anew some day.
   */
  private static List<Up> ups(boolean always, int number, SplittableRandom random) {
    List<Up> ups = new ArrayList<>();
    int at = 0;
    for (int stretch = number; at < YearShape.hours(); stretch++) {
      int length = HOURS_OF_A_WEEK * (always ? 3 + random.nextInt(4) : 1);
      int to = Math.min(YearShape.hours(), at + length - (always ? 0 : random.nextInt(40)));
      if (always || stretch % 10 < 4) {
        ups.add(new Up(at, to, boot(random)));
      }
      at += length;
    }
    return ups;
  }

  private static String boot(SplittableRandom random) {
    return String.format(
        Locale.ROOT,
        "%08x-%04x-4000-8000-%012x",
        random.nextInt(),
        random.nextInt(0x10000),
        random.nextLong(1L << 48));
  }

  /** Meters with shares of jobs: GPUs first, then the processor. */
  int meters() {
    return gpus + 1;
  }

  boolean isGpu(int meter) {
    return meter < gpus;
  }

  String device(int meter) {
    return isGpu(meter) ? "GPU-" + name + "-" + meter : "0";
  }

  String part(int meter) {
    return isGpu(meter) ? "gpu" : "cpu-package";
  }

  /** The hours that are in balances: of some nodes the last one of the year is open yet. */
  int toldHours() {
    return YearShape.hours() - (name.hashCode() % 3 == 0 ? 1 : 0);
  }

  /** Jobs that can be on it at a time. */
  int slots() {
    return gpus == 0 ? 2 : shared ? 2 * gpus : gpus;
  }
}
