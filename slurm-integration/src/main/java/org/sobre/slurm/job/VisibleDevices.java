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
   * Of one of the two if the other is absent or names no device, else of both. Numbers become ids
   * where the node's document tells the cards behind them: a number says not of which vendor. Where
   * it does not, numbers in both are CUDA's: Slurm writes the same ones into each.
   */
  static Optional<Devices> of(Map<String, String> environment, Optional<NodeDocument> node) {
    Optional<DeviceList> cuda = named(GpuVendor.NVIDIA, environment, node);
    Optional<DeviceList> rocr = named(GpuVendor.AMD, environment, node);
    if (rocr.isEmpty() || (cuda.isPresent() && rocr.get().namesNone())) {
      return cuda.map(list -> list.devices(GpuVendor.NVIDIA));
    }
    if (cuda.isEmpty() || cuda.get().namesNone()) {
      return rocr.map(list -> list.devices(GpuVendor.AMD));
    }
    List<String> both = new ArrayList<>(cuda.get().ids());
    both.addAll(rocr.get().ids());
    return Optional.of(
        cuda.get().ids().isEmpty() || rocr.get().ids().isEmpty()
            ? cuda.get().devices(GpuVendor.NVIDIA)
            : new Devices.Identified(both));
  }

  private static Optional<DeviceList> named(
      GpuVendor vendor, Map<String, String> environment, Optional<NodeDocument> node) {
    return DeviceList.of(vendor, environment)
        .map(
            list ->
                node.flatMap(document -> ids(vendor, list.numbers(), document))
                    .map(ids -> new DeviceList(List.of(), ids))
                    .orElse(list));
  }

  /** Empty if there is no number, or one that names no card; a lost card shifts the others. */
  private static Optional<List<String>> ids(
      GpuVendor vendor, List<Integer> numbers, NodeDocument node) {
    List<Optional<String>> counted = node.counted(vendor);
    boolean all =
        !numbers.isEmpty()
            && numbers.stream().allMatch(number -> number < counted.size())
            && counted.stream().allMatch(Optional::isPresent)
            && node.gpus().stream().allMatch(gpu -> gpu.vendor() != vendor || gpu.usable())
            && (vendor == GpuVendor.AMD || node.cudaCountsCards());
    return all
        ? Optional.of(numbers.stream().map(number -> counted.get(number).orElseThrow()).toList())
        : Optional.empty();
  }
}
