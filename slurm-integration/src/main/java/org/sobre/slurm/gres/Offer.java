package org.sobre.slurm.gres;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.sobre.hardware.gpu.Gpu;
import org.sobre.hardware.gpu.GpuState;
import org.sobre.hardware.message.Messages;
import org.sobre.hardware.units.MemorySize;

/**
 * What a node gives to Slurm: its working GPUs, and the partitions of those that are split.
 *
 * @param devices in PCI order, partitions in their tool's; no two with the same device files
 * @param heldBack what should have been offered and is not, because slurmd would die of it or read
 *     something else; for a person
 * @param options by which they are described
 */
public record Offer(List<Offered> devices, List<String> heldBack, GresOptions options) {

  private static final Messages MESSAGES = Messages.of(Offer.class);

  public Offer {
    devices = List.copyOf(devices);
    heldBack = List.copyOf(heldBack);
    requireNonNull(options, "options");
  }

  /** Nothing shared, for a Slurm of unknown release. */
  public static Offer of(List<Gpu> gpus, MemorySize offerFrom) {
    return of(gpus, offerFrom, GresOptions.NONE);
  }

  /**
   * Two devices with one device file are both held back: slurmd refuses to start with a doubled
   * File= ("gpu duplicate device file name", seen with 22.05.8), and which of the two it belongs to
   * is not known.
   *
   * @param offerFrom least video memory of a whole GPU; a partition was made on purpose
   */
  public static Offer of(List<Gpu> gpus, MemorySize offerFrom, GresOptions options) {
    List<Offered> candidates = gpus.stream().flatMap(gpu -> candidates(gpu, offerFrom)).toList();
    Set<List<Path>> seen = new HashSet<>();
    Set<List<Path>> doubled =
        candidates.stream()
            .map(Offered::files)
            .filter(files -> !seen.add(files))
            .collect(Collectors.toSet());
    List<Offered> offered = new ArrayList<>();
    List<String> heldBack = new ArrayList<>();
    for (Offered device : candidates) {
      Optional<String> why = whyHeldBack(device, doubled, options);
      why.ifPresentOrElse(heldBack::add, () -> offered.add(device));
    }
    return new Offer(offered, heldBack, options);
  }

  private static Stream<Offered> candidates(Gpu gpu, MemorySize offerFrom) {
    if (gpu.whyNotOffered(offerFrom).isEmpty()) {
      return Stream.of(Offered.whole(gpu));
    }
    return gpu.partitioned() && gpu.state() == GpuState.OK
        ? gpu.partitions().stream()
            .filter(partition -> partition.whyNotOffered().isEmpty())
            .map(partition -> new Offered(gpu, Optional.of(partition)))
        : Stream.of();
  }

  private static Optional<String> whyHeldBack(
      Offered device, Set<List<Path>> doubled, GresOptions options) {
    String address = device.board().pciAddress().toString();
    if (doubled.contains(device.files())) {
      return Optional.of(MESSAGES.text("heldBack.doubledFile", address, device.files().get(0)));
    }
    return device.files().size() > 1 && !options.takesMultipleFiles()
        ? Optional.of(MESSAGES.text("heldBack.migBesideShards", device.device(), address))
        : Optional.empty();
  }
}
