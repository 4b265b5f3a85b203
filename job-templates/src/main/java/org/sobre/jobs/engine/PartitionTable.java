package org.sobre.jobs.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.sobre.hardware.gpu.Gpu;
import org.sobre.hardware.gpu.GpuPartition;
import org.sobre.hardware.gpu.GpuState;
import org.sobre.hardware.gpu.GpuVendor;
import org.sobre.hardware.gpu.PciScan;
import org.sobre.hardware.gpu.nvidia.NvidiaDiscovery;
import org.sobre.hardware.probe.SysRoot;
import org.sobre.hardware.probe.ToolRunner;
import org.sobre.hardware.units.MemorySize;
import org.sobre.jobs.plan.Device;
import org.sobre.jobs.profile.Version;

/** The memory of partitions of GPUs, as a planner counts it: the partition's, never the board's. */
final class PartitionTable {

  private PartitionTable() {}

  /**
   * MIG partitions with their UUIDs and memory, which no query of nvidia-smi lists: its log and its
   * list are read together, as at boot.
   */
  static List<Device> ofNvidia(
      ToolRunner tools, String nvidiaSmi, SysRoot root, Duration deadline) {
    List<Gpu> gpus =
        new NvidiaDiscovery(tools, nvidiaSmi, root, Runnable::run)
            .discover(PciScan.of(root).of(GpuVendor.NVIDIA), deadline)
            .gpus();
    return gpus.stream().flatMap(gpu -> of(gpu, gpu.model()).stream()).toList();
  }

  /**
   * The partitions of a card that works and whose memory is known. Where a partition's free memory
   * is not told it is the smaller of its own memory and what is free on the board.
   *
   * @param model by which the card is known
   */
  static List<Device> of(Gpu gpu, String model) {
    List<Device> devices = new ArrayList<>();
    for (GpuPartition partition : gpu.partitions()) {
      Optional<MemorySize> total = partition.memoryTotal().measured();
      Optional<MemorySize> free =
          partition.memoryFree().measured().or(() -> gpu.memoryFree().measured());
      if (gpu.state() == GpuState.OK
          && partition.id().isPresent()
          && total.isPresent()
          && free.isPresent()) {
        MemorySize own = new MemorySize(total.get().bytes() / sharers(partition, gpu));
        devices.add(
            new Device(
                partition.id().get(),
                model + partition.profile().map(profile -> " " + profile).orElse(""),
                gpu.vendor(),
                smaller(free.get(), own),
                own,
                gpu.computeCapability().flatMap(Version::parse),
                gpu.driver().flatMap(Version::parse)));
      }
    }
    return devices;
  }

  /** MIG compute instances in one GPU instance have one memory: each is promised its part of it. */
  private static long sharers(GpuPartition partition, Gpu gpu) {
    return partition.gpuInstance().isEmpty()
        ? 1
        : gpu.partitions().stream()
            .filter(other -> other.gpuInstance().equals(partition.gpuInstance()))
            .count();
  }

  private static MemorySize smaller(MemorySize a, MemorySize b) {
    return a.compareTo(b) <= 0 ? a : b;
  }
}
