package org.sobre.hardware.gpu;

import java.util.List;
import java.util.Map;
import org.sobre.hardware.units.PciAddress;

/**
 * Two cards that answer with one UUID or one device file cannot be told apart: a job, and its
 * energy, would go to either. Both may be well; neither is given out.
 */
public final class DoubleCards {

  private DoubleCards() {}

  /** Marks them ambiguous, in place. */
  public static void refuse(Map<PciAddress, Gpu> gpus) {
    List<Gpu> answered = List.copyOf(gpus.values());
    for (Gpu gpu : answered) {
      answered.stream()
          .filter(other -> !other.pciAddress().equals(gpu.pciAddress()) && isDouble(gpu, other))
          .findFirst()
          .ifPresent(
              other ->
                  gpus.put(
                      gpu.pciAddress(),
                      gpu.ambiguous("has the UUID or device file of GPU " + other.pciAddress())));
    }
  }

  private static boolean isDouble(Gpu gpu, Gpu other) {
    return (gpu.uuid().isPresent() && gpu.uuid().equals(other.uuid()))
        || (gpu.device().isPresent() && gpu.device().equals(other.device()));
  }
}
