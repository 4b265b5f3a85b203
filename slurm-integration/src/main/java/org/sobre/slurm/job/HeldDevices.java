package org.sobre.slurm.job;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.sobre.hardware.gpu.GpuVendor;
import org.sobre.slurm.job.Allocation.Devices;
import org.sobre.slurm.node.GresEntry;
import org.sobre.slurm.node.NodeDocument;

/** The devices at the positions that a job holds, as far as its script kept them. */
final class HeldDevices {

  private HeldDevices() {}

  /**
   * @param held positions in the node's gres list
   * @return empty if the document does not have one of the positions
   */
  static Optional<Devices> of(
      List<Integer> held, Map<String, String> environment, NodeDocument node) {
    List<GresEntry> gres = node.gres();
    if (held.stream().anyMatch(position -> position >= gres.size())) {
      return Optional.empty();
    }
    Set<GpuVendor> vendors = new LinkedHashSet<>();
    held.forEach(position -> vendors.add(vendorAt(position, node)));
    List<String> ids = new ArrayList<>();
    for (GpuVendor vendor : vendors) {
      ids.addAll(kept(vendor, held, DeviceList.of(vendor, environment), node));
    }
    return Optional.of(ids.isEmpty() ? new Devices.None() : new Devices.Identified(ids));
  }

  /** A document that names no vendor was written for NVIDIA cards only. */
  private static GpuVendor vendorAt(int position, NodeDocument node) {
    return node.vendorOf(node.gres().get(position).device()).orElse(GpuVendor.NVIDIA);
  }

  /** Of one vendor's cards those that the script's list has; without a list all. */
  private static List<String> kept(
      GpuVendor vendor, List<Integer> held, Optional<DeviceList> list, NodeDocument node) {
    if (list.isPresent() && list.get().numbers().isEmpty()) {
      return list.get().ids();
    }
    return narrowed(held, list.map(DeviceList::numbers).orElse(held)).stream()
        .filter(position -> vendorAt(position, node) == vendor)
        .map(position -> node.gres().get(position).device())
        .toList();
  }

  /**
   * The held positions that a job script kept when it narrowed the list. With as many numbers as
   * GPUs held nothing was narrowed, however they are numbered. With fewer, numbers that all count
   * from 0 among the held ones are taken as such.
   */
  private static List<Integer> narrowed(List<Integer> held, List<Integer> shown) {
    if (shown.size() >= held.size()) {
      return held;
    }
    if (shown.stream().allMatch(index -> index < held.size())) {
      return shown.stream().map(held::get).toList();
    }
    return held.containsAll(shown) ? shown : held;
  }
}
