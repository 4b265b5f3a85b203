package org.sobre.hardware.gpu.nvidia;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.sobre.hardware.gpu.GpuPartition;
import org.sobre.hardware.gpu.nvidia.NvidiaSmiList.Listed;
import org.sobre.hardware.gpu.nvidia.NvidiaSmiList.ListedMig;
import org.sobre.hardware.units.Reading;
import org.sobre.hardware.units.Reading.Reason;

/**
 * Puts the two halves of a MIG device together: {@code -q -x} knows instances and memory, {@code
 * -L} the UUID and the profile. Both number the devices of a card from 0. Pure.
 */
final class MigPairing {

  private MigPairing() {}

  /**
   * @param told the card, in MIG mode
   * @param minor of the card's device file
   * @param listed the same card in {@code -L}, where it is there
   */
  static List<GpuPartition> partitions(
      NvidiaSmiGpu told, OptionalInt minor, Optional<Listed> listed, NvidiaKernel kernel) {
    Map<Integer, ListedMig> byIndex = byIndex(listed.map(Listed::migs).orElse(List.of()));
    List<GpuPartition> partitions = new ArrayList<>();
    for (MigDevice device : told.migDevices()) {
      Optional<ListedMig> half =
          Optional.ofNullable(byIndex.remove(device.index())).filter(mig -> fits(mig, device));
      partitions.add(
          new GpuPartition(
              half.map(ListedMig::id),
              half.map(ListedMig::profile),
              device.memoryTotal(),
              device.memoryFree(),
              devices(device, minor, kernel),
              device.gpuInstance(),
              device.computeInstance()));
    }
    byIndex.values().forEach(mig -> partitions.add(listedAlone(mig)));
    return partitions;
  }

  /** Of two that share an index or an id, neither can be told from the other. */
  private static Map<Integer, ListedMig> byIndex(List<ListedMig> migs) {
    Map<Integer, ListedMig> byIndex = new LinkedHashMap<>();
    migs.stream()
        .filter(
            mig ->
                migs.stream()
                        .filter(o -> o.index() == mig.index() || o.id().equals(mig.id()))
                        .count()
                    == 1)
        .forEach(mig -> byIndex.put(mig.index(), mig));
    return byIndex;
  }

  /** Old ids have the numbers of their instances in them. */
  private static boolean fits(ListedMig mig, MigDevice device) {
    return agree(mig.gpuInstance(), device.gpuInstance())
        && agree(mig.computeInstance(), device.computeInstance());
  }

  private static boolean agree(OptionalInt one, OptionalInt other) {
    return one.isEmpty() || other.isEmpty() || one.equals(other);
  }

  private static GpuPartition listedAlone(ListedMig mig) {
    return new GpuPartition(
        Optional.of(mig.id()),
        Optional.of(mig.profile()),
        Reading.unavailable(Reason.NOT_SUPPORTED, "only nvidia-smi -L tells of this device"),
        Reading.unavailable(Reason.NOT_SUPPORTED, "only nvidia-smi -L tells of this device"),
        List.of(),
        mig.gpuInstance(),
        mig.computeInstance());
  }

  /** The card's, the GPU instance's and the compute instance's: all three, or none. */
  private static List<Path> devices(MigDevice device, OptionalInt minor, NvidiaKernel kernel) {
    if (minor.isEmpty() || device.gpuInstance().isEmpty() || device.computeInstance().isEmpty()) {
      return List.of();
    }
    int card = minor.getAsInt();
    int instance = device.gpuInstance().getAsInt();
    MigMinors minors = kernel.migMinors();
    List<Path> files = new ArrayList<>();
    kernel.device(minor).ifPresent(files::add);
    kernel.capability(minors.ofGpuInstance(card, instance)).ifPresent(files::add);
    kernel
        .capability(minors.ofComputeInstance(card, instance, device.computeInstance().getAsInt()))
        .ifPresent(files::add);
    return files.size() == 3 ? files : List.of();
  }
}
