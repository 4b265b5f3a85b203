package org.sobre.slurm.gres;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.sobre.hardware.gpu.Gpu;
import org.sobre.hardware.units.MemorySize;

/**
 * The GPUs that a node gives to Slurm.
 *
 * @param gpus in PCI order, no two with the same device file
 * @param heldBack what should have been offered and is not, because slurmd would die of it; for a
 *     person
 */
public record Offer(List<Gpu> gpus, List<String> heldBack) {

  public Offer {
    gpus = List.copyOf(gpus);
    heldBack = List.copyOf(heldBack);
  }

  /**
   * Two cards with one device file are both held back: slurmd refuses to start with a doubled File=
   * ("gpu duplicate device file name", seen with 22.05.8), and which of the two it belongs to is
   * not known.
   */
  public static Offer of(List<Gpu> gpus, MemorySize offerFrom) {
    List<Gpu> candidates =
        gpus.stream().filter(gpu -> gpu.whyNotOffered(offerFrom).isEmpty()).toList();
    Set<Path> seen = new HashSet<>();
    Set<Path> doubled = new HashSet<>();
    candidates.forEach(gpu -> gpu.device().filter(f -> !seen.add(f)).ifPresent(doubled::add));
    List<Gpu> offered = new ArrayList<>();
    List<String> heldBack = new ArrayList<>();
    for (Gpu gpu : candidates) {
      Optional<Path> shared = gpu.device().filter(doubled::contains);
      if (shared.isEmpty()) {
        offered.add(gpu);
      } else {
        heldBack.add(
            "GPU "
                + gpu.pciAddress()
                + " is not given to Slurm: its device file "
                + shared.get()
                + " is also another GPU's; see sobre doctor");
      }
    }
    return new Offer(offered, heldBack);
  }
}
