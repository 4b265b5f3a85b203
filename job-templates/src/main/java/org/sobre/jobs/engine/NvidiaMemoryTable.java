package org.sobre.jobs.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.sobre.hardware.gpu.GpuVendor;
import org.sobre.hardware.units.MemorySize;
import org.sobre.jobs.plan.Device;
import org.sobre.jobs.profile.Version;

/**
 * What {@code nvidia-smi --query-gpu=... --format=csv,noheader,nounits} printed, one GPU a line, in
 * PCI order. Pure.
 *
 * @param devices in PCI order; one that could not be read is not among them
 * @param complaints one for each line that says something else, for a person
 */
record NvidiaMemoryTable(List<Device> devices, List<String> complaints) {

  /** In this order; the name last, since it may hold anything. */
  static final List<String> FIELDS =
      List.of("uuid", "memory.free", "memory.total", "compute_cap", "driver_version", "name");

  /** For drivers that do not know {@code compute_cap} (before 510). */
  static final List<String> OLD_FIELDS =
      List.of("uuid", "memory.free", "memory.total", "driver_version", "name");

  private static final Pattern MEBIBYTES = Pattern.compile("\\d{1,9}");

  NvidiaMemoryTable {
    devices = List.copyOf(devices);
    complaints = List.copyOf(complaints);
  }

  /**
   * @param fields those that were asked for
   */
  static NvidiaMemoryTable parse(List<String> fields, String stdout) {
    List<Device> devices = new ArrayList<>();
    List<String> complaints = new ArrayList<>();
    stdout
        .lines()
        .filter(line -> !line.isBlank())
        .forEach(
            line ->
                device(fields, line.split(", ", fields.size()))
                    .ifPresentOrElse(devices::add, () -> complaints.add(line.strip())));
    return new NvidiaMemoryTable(devices, complaints);
  }

  private static Optional<Device> device(List<String> fields, String[] values) {
    if (values.length != fields.size() || !values[0].startsWith("GPU-")) {
      return Optional.empty();
    }
    Optional<MemorySize> free = mebibytes(values[fields.indexOf("memory.free")]);
    Optional<MemorySize> total = mebibytes(values[fields.indexOf("memory.total")]);
    if (free.isEmpty() || total.isEmpty() || free.get().compareTo(total.get()) > 0) {
      return Optional.empty();
    }
    return Optional.of(
        new Device(
            values[0],
            values[fields.indexOf("name")].strip(),
            GpuVendor.NVIDIA,
            free.get(),
            total.get(),
            version(fields, values, "compute_cap"),
            version(fields, values, "driver_version")));
  }

  private static Optional<Version> version(List<String> fields, String[] values, String field) {
    int place = fields.indexOf(field);
    return place < 0 ? Optional.empty() : Version.parse(values[place].strip());
  }

  private static Optional<MemorySize> mebibytes(String text) {
    return MEBIBYTES.matcher(text.strip()).matches()
        ? Optional.of(MemorySize.ofMebibytes(Long.parseLong(text.strip())))
        : Optional.empty();
  }
}
