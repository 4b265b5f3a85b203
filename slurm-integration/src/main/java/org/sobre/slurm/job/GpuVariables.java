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

/**
 * The variables by which a job's command is told its GPUs, put right where Slurm's are not.
 *
 * <p>Slurm writes positions in the node's list. CUDA and ROCm's runtime count their own vendor's
 * cards in PCI order, so the two agree only on a node of one vendor whose list has that order: on
 * others the card at position 2 may be the runtime's card 0. There the ids of the cards are
 * written, which mean the same with and without {@code ConstrainDevices}. A MIG partition has a
 * UUID and nothing else by which CUDA can be told it.
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

  /** Empty if one is no device of this node. */
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
      } else if (!countsAsSlurmDoes(vendor, node) && !isToldAlready(vendor, node, command)) {
        words(vendor, held, node, command)
            .ifPresent(words -> command.put(DeviceList.variable(vendor), words));
      }
    }
    IN_THE_WAY.forEach(command::remove);
    if (devices.size() > 1) {
      // HIP falls back to CUDA's variable, which names no card of its own vendor here.
      command.putIfAbsent(HIP, ascending(devices.getOrDefault(GpuVendor.AMD, List.of()).size()));
    }
  }

  /**
   * Whether somebody has put the list right before us, as the task prolog does: it has a number for
   * each device of this vendor, and is none that Slurm writes.
   */
  private static boolean isToldAlready(
      GpuVendor vendor, NodeDocument node, Map<String, String> environment) {
    List<Integer> shown =
        DeviceList.of(vendor, environment).map(DeviceList::numbers).orElse(List.of());
    List<Integer> held = Allocation.held(environment);
    long ofVendor =
        held.stream()
            .filter(position -> position < node.gres().size())
            .filter(
                position ->
                    node.vendorOf(node.gres().get(position).device()).equals(Optional.of(vendor)))
            .count();
    return shown.size() == ofVendor
        && !shown.equals(held)
        && !joined(shown).equals(ascending(held.size()));
  }

  /** Whether each position is the number that the vendor's runtime gives the device. */
  private static boolean countsAsSlurmDoes(GpuVendor vendor, NodeDocument node) {
    List<Optional<String>> counted = node.counted(vendor);
    return node.gpus().stream().allMatch(gpu -> gpu.vendor() != vendor || gpu.usable())
        && (vendor == GpuVendor.AMD || node.cudaCountsCards())
        && node.gres().stream()
            .allMatch(
                entry ->
                    entry.position() < counted.size()
                        && counted.get(entry.position()).equals(Optional.of(entry.device())));
  }

  /** Numbers only where a device has no id that the runtime knows: an old card, a partition. */
  private static Optional<String> words(
      GpuVendor vendor, List<String> held, NodeDocument node, Map<String, String> environment) {
    List<Optional<String>> words =
        held.stream().map(device -> DeviceList.wordFor(vendor, device)).toList();
    if (words.stream().allMatch(Optional::isPresent)) {
      return Optional.of(words.stream().flatMap(Optional::stream).collect(Collectors.joining(",")));
    }
    Numbering numbering = Numbering.of(vendor, node, environment);
    return numbering.of(held).map(GpuVariables::joined);
  }

  static String ascending(int count) {
    return joined(IntStream.range(0, count).boxed().toList());
  }

  static String joined(List<Integer> numbers) {
    return numbers.stream().map(String::valueOf).collect(Collectors.joining(","));
  }
}
