package org.sobre.slurm.job;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sobre.hardware.gpu.GpuVendor;
import org.sobre.slurm.job.Allocation.Devices;
import org.sobre.slurm.node.GresEntry;
import org.sobre.slurm.node.NodeDocument;

/** The devices at the positions that a job holds, as far as its script kept them. */
final class HeldDevices {

  private HeldDevices() {}

  /**
   * @param held positions in the node's gres list
   * @return empty if the document does not have one of the positions, or if nobody can tell which
   *     of them the script's list means
   */
  static Optional<Devices> of(
      List<Integer> held, Map<String, String> environment, NodeDocument node) {
    List<GresEntry> gres = node.gres();
    if (held.stream().anyMatch(position -> position >= gres.size())) {
      return Optional.empty();
    }
    Map<GpuVendor, List<Integer>> byVendor = new LinkedHashMap<>();
    for (int position : held) {
      byVendor.computeIfAbsent(vendorAt(position, node), v -> new ArrayList<>()).add(position);
    }
    List<String> ids = new ArrayList<>();
    for (Map.Entry<GpuVendor, List<Integer>> vendor : byVendor.entrySet()) {
      Optional<List<String>> kept =
          kept(vendor.getKey(), held, vendor.getValue(), environment, node);
      if (kept.isEmpty()) {
        return Optional.empty();
      }
      ids.addAll(kept.get());
    }
    return Optional.of(ids.isEmpty() ? new Devices.None() : new Devices.Identified(ids));
  }

  /** A document that names no vendor was written for NVIDIA cards only. */
  private static GpuVendor vendorAt(int position, NodeDocument node) {
    GresEntry entry = node.gres().get(position);
    return node.vendorOf(entry.device())
        .or(() -> node.vendorOf(entry.board()))
        .orElse(GpuVendor.NVIDIA);
  }

  /**
   * Of one vendor's cards those that the script's list has; without a list all.
   *
   * @return empty where its numbers can mean two cards
   */
  private static Optional<List<String>> kept(
      GpuVendor vendor,
      List<Integer> held,
      List<Integer> ofVendor,
      Map<String, String> environment,
      NodeDocument node) {
    Optional<DeviceList> list = DeviceList.of(vendor, environment);
    if (list.isPresent() && list.get().numbers().isEmpty()) {
      return Optional.of(list.get().ids());
    }
    List<Integer> shown = list.map(DeviceList::numbers).orElse(held);
    boolean whole = shown.size() == ofVendor.size() && isVendorsOwn(vendor, shown, environment);
    Optional<List<Integer>> positions =
        whole
            ? Optional.of(ofVendor)
            : ShownPositions.of(held, shown).map(ShownPositions::positions);
    return positions.map(
        kept ->
            kept.stream()
                .filter(ofVendor::contains)
                .map(position -> node.gres().get(position).device())
                .toList());
  }

  /**
   * Whether a list counts one vendor's devices only, as the task prolog writes it: Slurm's own says
   * the same of both vendors.
   */
  private static boolean isVendorsOwn(
      GpuVendor vendor, List<Integer> shown, Map<String, String> environment) {
    return Arrays.stream(GpuVendor.values())
        .filter(other -> other != vendor)
        .noneMatch(
            other ->
                DeviceList.of(other, environment)
                    .filter(list -> list.numbers().equals(shown))
                    .isPresent());
  }
}
