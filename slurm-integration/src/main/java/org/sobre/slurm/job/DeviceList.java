package org.sobre.slurm.job;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.sobre.hardware.gpu.GpuVendor;
import org.sobre.slurm.job.Allocation.Devices;

/**
 * The value of {@code CUDA_VISIBLE_DEVICES} or {@code ROCR_VISIBLE_DEVICES}: numbers or ids. As
 * CUDA and ROCm's runtime read it, the list ends at the first word that names no device.
 *
 * @param numbers if it is made of numbers; else empty
 * @param ids as the ledger knows them, if one word at least is an id; else empty
 */
record DeviceList(List<Integer> numbers, List<String> ids) {

  private static final Pattern NUMBER = Pattern.compile("\\d{1,4}");
  private static final Pattern IDENTIFIER = Pattern.compile("(GPU|MIG)-[-0-9A-Za-z/]{1,100}");

  /** ROCm's word for a card: what it calls the card's unique id. */
  private static final Pattern ROCM_ID = Pattern.compile("GPU-([0-9A-Fa-f]{16})");

  /** Sobre's word for the same card. */
  private static final Pattern AMD_DEVICE = Pattern.compile("AMD-([0-9a-f]{16})");

  DeviceList {
    numbers = List.copyOf(numbers);
    ids = List.copyOf(ids);
  }

  /** The variable by which programs for a vendor's cards are told which to use. */
  static String variable(GpuVendor vendor) {
    return switch (vendor) {
      case NVIDIA -> "CUDA_VISIBLE_DEVICES";
      case AMD -> "ROCR_VISIBLE_DEVICES";
    };
  }

  /** Empty if the environment says nothing of a vendor's cards. */
  static Optional<DeviceList> of(GpuVendor vendor, Map<String, String> environment) {
    return Optional.ofNullable(environment.get(variable(vendor)))
        .map(value -> parse(vendor, value));
  }

  static DeviceList parse(GpuVendor vendor, String value) {
    List<String> words =
        Arrays.stream(value.split(",", -1))
            .map(String::strip)
            .takeWhile(word -> NUMBER.matcher(word).matches() || IDENTIFIER.matcher(word).matches())
            .toList();
    return words.stream().allMatch(word -> NUMBER.matcher(word).matches())
        ? new DeviceList(words.stream().map(Integer::valueOf).toList(), List.of())
        : new DeviceList(List.of(), words.stream().map(word -> deviceOf(vendor, word)).toList());
  }

  private static String deviceOf(GpuVendor vendor, String word) {
    Matcher rocm = ROCM_ID.matcher(word);
    return vendor == GpuVendor.AMD && rocm.matches()
        ? "AMD-" + rocm.group(1).toLowerCase(Locale.ROOT)
        : word;
  }

  /** The id in the words of a vendor's runtime; empty if that has no id for the card. */
  static Optional<String> wordFor(GpuVendor vendor, String device) {
    if (vendor == GpuVendor.NVIDIA) {
      return Optional.of(device);
    }
    return Optional.of(AMD_DEVICE.matcher(device))
        .filter(Matcher::matches)
        .map(m -> "GPU-" + m.group(1));
  }

  boolean namesNone() {
    return numbers.isEmpty() && ids.isEmpty();
  }

  /** What it lets a process use of a vendor's cards. */
  Devices devices(GpuVendor vendor) {
    if (namesNone()) {
      return new Devices.None();
    }
    return ids.isEmpty() ? new Devices.Visible(vendor, numbers) : new Devices.Identified(ids);
  }
}
