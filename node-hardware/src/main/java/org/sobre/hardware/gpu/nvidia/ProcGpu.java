package org.sobre.hardware.gpu.nvidia;

import static java.util.Objects.requireNonNull;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.sobre.hardware.probe.ToolText;
import org.sobre.hardware.units.PciAddress;

/**
 * What the kernel driver says of one card without being asked through NVML: {@code
 * /proc/driver/nvidia/gpus/ADDRESS/information}. It is there as soon as the driver has bound the
 * card, before any device file is.
 *
 * @param uuid absent until the card is first opened: the driver then prints question marks
 * @param minor N of {@code /dev/nvidiaN}
 * @param excluded whether the driver was told to leave this card alone (NVreg_ExcludedGpus)
 */
record ProcGpu(
    PciAddress address,
    Optional<String> model,
    Optional<String> uuid,
    OptionalInt minor,
    boolean excluded) {

  ProcGpu {
    requireNonNull(address, "address");
    requireNonNull(model, "model");
    requireNonNull(uuid, "uuid");
    requireNonNull(minor, "minor");
  }

  /**
   * Reads {@code Key: value} lines; what is not there or has another form is absent.
   *
   * @param address the directory's name
   */
  static ProcGpu parse(PciAddress address, String information) {
    Map<String, String> values = new HashMap<>();
    information
        .lines()
        .limit(100)
        .forEach(
            line -> {
              int colon = line.indexOf(':');
              if (colon > 0) {
                values.putIfAbsent(
                    line.substring(0, colon).strip().toLowerCase(Locale.ROOT),
                    ToolText.printable(line.substring(colon + 1)));
              }
            });
    return new ProcGpu(
        address,
        text(values, "model").filter(model -> !model.equalsIgnoreCase("unknown")),
        text(values, "gpu uuid").filter(uuid -> uuid.matches("GPU-[0-9a-fA-F-]{8,36}")),
        new NvidiaText(values.getOrDefault("device minor", "")).wholeNumber(),
        text(values, "gpu excluded").filter(word -> word.equalsIgnoreCase("yes")).isPresent());
  }

  private static Optional<String> text(Map<String, String> values, String key) {
    return Optional.ofNullable(values.get(key)).filter(value -> !value.isEmpty());
  }
}
