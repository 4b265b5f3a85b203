package org.sobre.slurm.job;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sobre.hardware.gpu.GpuVendor;
import org.sobre.slurm.job.Allocation.Devices;
import org.sobre.slurm.node.NodeDocument;

/** What {@code CUDA_VISIBLE_DEVICES} and {@code ROCR_VISIBLE_DEVICES} say where Slurm does not. */
final class VisibleDevices {

  private VisibleDevices() {}

  /**
   * Of one of the two if the other is absent or names no device. Of both where both are lists of
   * ids, or the node's document tells the cards behind the numbers; else CUDA's, which is what
   * Slurm's own numbers are copied from.
   */
  static Optional<Devices> of(Map<String, String> environment, Optional<NodeDocument> node) {
    Optional<DeviceList> cuda = DeviceList.of(GpuVendor.NVIDIA, environment);
    Optional<DeviceList> rocr = DeviceList.of(GpuVendor.AMD, environment);
    if (rocr.isEmpty() || (cuda.isPresent() && rocr.get().namesNone())) {
      return cuda.map(list -> list.devices(GpuVendor.NVIDIA));
    }
    if (cuda.isEmpty() || cuda.get().namesNone()) {
      return rocr.map(list -> list.devices(GpuVendor.AMD));
    }
    List<String> both = new ArrayList<>(ids(GpuVendor.NVIDIA, cuda.get(), node));
    List<String> amd = ids(GpuVendor.AMD, rocr.get(), node);
    both.addAll(amd);
    return Optional.of(
        both.isEmpty() || amd.isEmpty()
            ? cuda.get().devices(GpuVendor.NVIDIA)
            : new Devices.Identified(both));
  }

  /** Numbers beyond the vendor's last card name nothing. */
  private static List<String> ids(GpuVendor vendor, DeviceList list, Optional<NodeDocument> node) {
    if (!list.ids().isEmpty()) {
      return list.ids();
    }
    List<String> cards =
        node.stream()
            .flatMap(document -> document.usable(vendor).stream())
            .flatMap(gpu -> gpu.device().stream())
            .toList();
    return list.numbers().stream().filter(n -> n < cards.size()).map(cards::get).toList();
  }
}
