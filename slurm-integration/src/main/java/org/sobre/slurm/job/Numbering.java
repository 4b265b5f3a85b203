package org.sobre.slurm.job;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.sobre.hardware.gpu.GpuVendor;
import org.sobre.slurm.node.GresEntry;
import org.sobre.slurm.node.NodeDocument;

/**
 * The numbers by which a vendor's runtime knows the devices that a job can see. With {@code
 * ConstrainDevices} those are the held ones, and any that Slurm was not given, for it closes only
 * what gres.conf names (seen with 22.05.8); without, all. Nobody tells a job which: Slurm's own
 * list does, where it counts from 0 although other positions are held.
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
    boolean fromZero =
        !shown.isEmpty() && shown.equals(IntStream.range(0, shown.size()).boxed().toList());
    if (!fromZero) {
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
    return new Numbering(held.equals(shown) ? List.of(all, constrained) : List.of(constrained));
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
