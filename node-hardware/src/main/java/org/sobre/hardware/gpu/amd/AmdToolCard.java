package org.sobre.hardware.gpu.amd;

import static java.util.Objects.requireNonNull;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.sobre.hardware.units.MemorySize;
import org.sobre.hardware.units.PciAddress;

/**
 * What a tool says of one device: a card, or one partition of it.
 *
 * @param number the tool's own, which joins two of its answers and means nothing else
 * @param address where the tool tells it; a partition may have a function of its own
 * @param deviceId four lower case hex digits of the PCI device id: {@code 740f}
 * @param model marketing name; absent where the tool prints an id or nothing in its place
 * @param uniqueId as {@link AmdDeviceId#uniqueId} spells it
 * @param memoryFree at the time of the answer
 * @param gfx {@code gfx90a}
 * @param driver version of the kernel driver
 * @param partition what part of its card the device is
 * @param numaNode absent where the tool has none or says -1
 * @param fault why the device cannot be relied on, where the tool says so
 * @param links devices to which it has an xGMI link, with the number of links, 1 or more
 */
record AmdToolCard(
    OptionalLong number,
    Optional<PciAddress> address,
    Optional<String> deviceId,
    Optional<String> model,
    Optional<String> uniqueId,
    Optional<MemorySize> memoryTotal,
    Optional<MemorySize> memoryFree,
    Optional<String> gfx,
    Optional<String> driver,
    AmdPartition partition,
    OptionalInt numaNode,
    Optional<AmdFault> fault,
    Map<PciAddress, Integer> links) {

  AmdToolCard {
    requireNonNull(number, "number");
    requireNonNull(address, "address");
    requireNonNull(deviceId, "deviceId");
    requireNonNull(model, "model");
    requireNonNull(uniqueId, "uniqueId");
    requireNonNull(memoryTotal, "memoryTotal");
    requireNonNull(memoryFree, "memoryFree");
    requireNonNull(gfx, "gfx");
    requireNonNull(driver, "driver");
    requireNonNull(partition, "partition");
    requireNonNull(numaNode, "numaNode");
    requireNonNull(fault, "fault");
    links = Map.copyOf(links);
  }

  /** A device of which nothing is known but where it is. */
  static AmdToolCard at(OptionalLong number, Optional<PciAddress> address) {
    return row(
        number,
        address,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        AmdPartition.NONE);
  }

  /** A device of which its instruction set and state are known at most. */
  static AmdToolCard of(OptionalLong number, Optional<String> gfx, Optional<AmdFault> fault) {
    return new AmdToolCard(
        number,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        gfx,
        Optional.empty(),
        AmdPartition.NONE,
        OptionalInt.empty(),
        fault,
        Map.of());
  }

  /**
   * A row of a table.
   *
   * @param used of the total, from which free memory is reckoned where it fits
   */
  static AmdToolCard row(
      OptionalLong number,
      Optional<PciAddress> address,
      Optional<String> deviceId,
      Optional<String> model,
      Optional<MemorySize> total,
      Optional<MemorySize> used,
      AmdPartition partition) {
    return new AmdToolCard(
        number,
        address,
        deviceId,
        model,
        Optional.empty(),
        total,
        total.flatMap(
            all ->
                used.filter(part -> part.compareTo(all) <= 0)
                    .map(part -> new MemorySize(all.bytes() - part.bytes()))),
        Optional.empty(),
        Optional.empty(),
        partition,
        OptionalInt.empty(),
        Optional.empty(),
        Map.of());
  }

  /** Whether it is a part of a card. */
  boolean partitioned() {
    return partition.partOfCard();
  }

  /** The same device, linked to these. */
  AmdToolCard linkedTo(Map<PciAddress, Integer> peers) {
    return new AmdToolCard(
        number,
        address,
        deviceId,
        model,
        uniqueId,
        memoryTotal,
        memoryFree,
        gfx,
        driver,
        partition,
        numaNode,
        fault,
        peers);
  }

  /** This answer, and from another answer about the same device what this one lacks. */
  AmdToolCard completedBy(AmdToolCard other) {
    Map<PciAddress, Integer> both = new TreeMap<>(other.links());
    both.putAll(links);
    return new AmdToolCard(
        number,
        address.or(other::address),
        deviceId.or(other::deviceId),
        model.or(other::model),
        uniqueId.or(other::uniqueId),
        memoryTotal.or(other::memoryTotal),
        memoryFree.or(other::memoryFree),
        gfx.or(other::gfx),
        driver.or(other::driver),
        partition.completedBy(other.partition()),
        numaNode.isPresent() ? numaNode : other.numaNode(),
        fault.or(other::fault),
        both);
  }
}
