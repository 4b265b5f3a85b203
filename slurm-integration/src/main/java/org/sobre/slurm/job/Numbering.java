package org.sobre.slurm.job;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sobre.hardware.gpu.GpuVendor;
import org.sobre.slurm.node.GresEntry;
import org.sobre.slurm.node.NodeDocument;

/**
 * The numbers by which a vendor's runtime knows the devices that a job can see. With {@code
 * ConstrainDevices} those are the held ones, and any that Slurm was not given, for it closes only
 * what gres.conf names (seen with 22.05.8); without, all. Nobody tells a job which: Slurm's own
 * list does where it can mean only one ({@link ShownPositions}).
 *
 * @param readings every way in which the devices may be counted here, one or two
 */
record Numbering(List<List<Optional<String>>> readings) {

  Numbering {
    readings = List.copyOf(readings);
  }

  static Numbering of(GpuVendor vendor, NodeDocument node, Map<String, String> environment) {
    List<Integer> held = Allocation.held(environment);
    List<Integer> shown =
        DeviceList.of(vendor, environment).map(DeviceList::numbers).orElse(List.of());
    List<Optional<String>> all = node.counted(vendor);
    if (shown.isEmpty()) {
      return new Numbering(List.of(all));
    }
    List<Optional<String>> closed =
        node.gres().stream()
            .filter(entry -> !held.contains(entry.position()))
            .map(GresEntry::device)
            .map(Optional::of)
            .toList();
    List<Optional<String>> constrained =
        all.stream().filter(device -> !closed.contains(device)).toList();
    List<List<Optional<String>>> readings = new ArrayList<>();
    Optional<ShownPositions> meant = ShownPositions.of(held, shown);
    if (meant.map(ShownPositions::mayBeOpen).orElse(true)) {
      readings.add(all);
    }
    if (meant.map(ShownPositions::mayBeConstrained).orElse(true)) {
      readings.add(constrained);
    }
    return new Numbering(readings);
  }

  /** Empty if one of the devices is not counted, or if the readings do not agree. */
  Optional<List<Integer>> of(List<String> devices) {
    List<List<Integer>> numbers =
        readings.stream()
            .map(
                reading ->
                    devices.stream().map(device -> reading.indexOf(Optional.of(device))).toList())
            .distinct()
            .toList();
    return numbers.size() == 1 && !numbers.get(0).contains(-1)
        ? Optional.of(numbers.get(0))
        : Optional.empty();
  }
}
