package org.sobre.jobs.engine;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.sobre.hardware.catalog.GpuCatalogFiles;
import org.sobre.hardware.gpu.Gpu;
import org.sobre.hardware.gpu.GpuState;
import org.sobre.hardware.gpu.GpuVendor;
import org.sobre.hardware.gpu.UnknownPlace;
import org.sobre.hardware.probe.SysRoot;
import org.sobre.hardware.units.Reading;
import org.sobre.jobs.plan.Device;
import org.sobre.jobs.profile.Version;
import org.sobre.slurm.node.NodeDocument;
import org.sobre.slurm.node.PublishedGpu;

/**
 * The compute capability of cards whose driver does not tell it: nvidia-smi knows the question from
 * driver 510 on, and the last driver of a K80 is 470. What the node has published of the card goes
 * before what the GPU catalogue has of its model.
 */
record CapabilityLookup(Optional<NodeDocument> node, GpuCatalogFiles catalog) {

  static CapabilityLookup of(SysRoot root, Optional<NodeDocument> node) {
    return new CapabilityLookup(
        node,
        root.root().equals(Path.of("/"))
            ? GpuCatalogFiles.ofThisMachine()
            : GpuCatalogFiles.of(root));
  }

  /** The devices in their order; one of which nobody knows more is as it was. */
  List<Device> complete(List<Device> devices) {
    return devices.stream().map(device -> isUntold(device) ? complete(device) : device).toList();
  }

  private static boolean isUntold(Device device) {
    return device.vendor().equals(Optional.of(GpuVendor.NVIDIA))
        && device.computeCapability().isEmpty();
  }

  private Device complete(Device device) {
    return node.flatMap(document -> document.gpuOf(device.id()))
        .flatMap(PublishedGpu::computeCapability)
        .or(() -> ofModel(device))
        .flatMap(Version::parse)
        .map(device::withComputeCapability)
        .orElse(device);
  }

  private Optional<String> ofModel(Device device) {
    Gpu gpu =
        new Gpu(
            0,
            GpuVendor.NVIDIA,
            device.model(),
            Optional.of(device.id()),
            UnknownPlace.of(0),
            Optional.empty(),
            Reading.of(device.total()),
            Reading.of(device.free()),
            GpuState.OK,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            false);
    return catalog
        .loadFor(List.of(gpu), any -> Optional.empty())
        .catalog()
        .complete(gpu, Optional.empty())
        .computeCapability();
  }
}
