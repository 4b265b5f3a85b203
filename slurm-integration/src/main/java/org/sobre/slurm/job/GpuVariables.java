package org.sobre.slurm.job;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.sobre.hardware.gpu.GpuVendor;
import org.sobre.slurm.job.Allocation.Devices;
import org.sobre.slurm.node.NodeDocument;
import org.sobre.slurm.node.PublishedGpu;

/**
 * The variables by which a job's command is told its GPUs, put right where Slurm's are not.
 *
 * <p>Slurm writes positions in the node's list. CUDA and ROCm's runtime count their own vendor's
 * cards in PCI order, so the two agree only on a node of one vendor whose list has that order: on
 * others the card at position 2 may be the runtime's card 0. There the ids of the cards are
 * written, which mean the same with and without {@code ConstrainDevices}.
 */
public final class GpuVariables {

  private static final String HIP = "HIP_VISIBLE_DEVICES";

  /**
   * Set by Slurm beside the others where the node has no Flags. The first would be applied on top
   * of {@code ROCR_VISIBLE_DEVICES}, whose cards are counted anew from 0; the second is Intel's.
   */
  private static final List<String> IN_THE_WAY = List.of("GPU_DEVICE_ORDINAL", "ZE_AFFINITY_MASK");

  private GpuVariables() {}

  /**
   * @param environment of this process
   * @return the whole environment for the command; unchanged outside Slurm and where it is not
   *     known which devices are held
   */
  public static Map<String, String> forCommand(
      Map<String, String> environment, Allocation allocation, Optional<NodeDocument> node) {
    Map<String, String> command = new HashMap<>(environment);
    if (allocation.job().isPresent()
        && node.isPresent()
        && allocation.devices() instanceof Devices.Identified held) {
      byVendor(held, node.get()).ifPresent(devices -> tell(devices, node.get(), command));
    }
    return command;
  }

  /** Empty if one is no whole card of this node, as a partition is not. */
  private static Optional<Map<GpuVendor, List<String>>> byVendor(
      Devices.Identified held, NodeDocument node) {
    Map<GpuVendor, List<String>> devices = new EnumMap<>(GpuVendor.class);
    for (String id : held.ids()) {
      Optional<GpuVendor> vendor = node.vendorOf(id);
      if (vendor.isEmpty()) {
        return Optional.empty();
      }
      devices.computeIfAbsent(vendor.get(), v -> new ArrayList<>()).add(id);
    }
    return Optional.of(devices);
  }

  private static void tell(
      Map<GpuVendor, List<String>> devices, NodeDocument node, Map<String, String> command) {
    for (GpuVendor vendor : GpuVendor.values()) {
      List<String> held = devices.getOrDefault(vendor, List.of());
      if (held.isEmpty()) {
        command.remove(DeviceList.variable(vendor));
      } else if (!countsAsSlurmDoes(vendor, node)) {
        command.put(DeviceList.variable(vendor), words(vendor, held, node, command));
      }
    }
    IN_THE_WAY.forEach(command::remove);
    if (devices.size() > 1) {
      // HIP falls back to CUDA's variable, which names no card of its own vendor here.
      command.putIfAbsent(HIP, ascending(devices.getOrDefault(GpuVendor.AMD, List.of()).size()));
    }
  }

  /** Whether each position is the number that the vendor's runtime gives the card. */
  private static boolean countsAsSlurmDoes(GpuVendor vendor, NodeDocument node) {
    List<PublishedGpu> counted = node.gpus().stream().filter(g -> g.vendor() == vendor).toList();
    return counted.stream().allMatch(PublishedGpu::usable)
        && node.gres().stream()
            .allMatch(
                entry ->
                    entry.position() < counted.size()
                        && counted
                            .get(entry.position())
                            .device()
                            .filter(entry.device()::equals)
                            .isPresent());
  }

  /** Numbers only where a card has no id that the runtime knows. */
  private static String words(
      GpuVendor vendor, List<String> held, NodeDocument node, Map<String, String> environment) {
    List<Optional<String>> words =
        held.stream().map(device -> DeviceList.wordFor(vendor, device)).toList();
    if (words.stream().allMatch(Optional::isPresent)) {
      return words.stream().flatMap(Optional::stream).collect(Collectors.joining(","));
    }
    List<String> seen = seen(vendor, node, environment);
    return held.stream()
        .map(device -> String.valueOf(seen.indexOf(device)))
        .collect(Collectors.joining(","));
  }

  /**
   * What the runtime counts. A list of Slurm's that counts from 0 is one of a job that sees nothing
   * but the cards it holds, or of a job that holds the first ones: the same numbers either way.
   */
  private static List<String> seen(
      GpuVendor vendor, NodeDocument node, Map<String, String> environment) {
    List<String> all = node.usable(vendor).stream().flatMap(gpu -> gpu.device().stream()).toList();
    List<String> held =
        Allocation.held(environment).stream()
            .map(position -> node.gres().get(position).device())
            .toList();
    List<Integer> shown =
        DeviceList.of(vendor, environment).map(DeviceList::numbers).orElse(List.of());
    boolean fromZero = ascending(shown.size()).equals(joined(shown)) && !shown.isEmpty();
    return fromZero ? all.stream().filter(held::contains).toList() : all;
  }

  private static String ascending(int count) {
    return joined(IntStream.range(0, count).boxed().toList());
  }

  private static String joined(List<Integer> numbers) {
    return numbers.stream().map(String::valueOf).collect(Collectors.joining(","));
  }
}
