package org.sobre.hardware.gpu.amd;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import java.util.OptionalLong;
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
 * @param partitioned whether the tool names a compute partition other than SPX
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
    boolean partitioned) {

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
  }

  /** This answer, and from another answer about the same device what this one lacks. */
  AmdToolCard completedBy(AmdToolCard other) {
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
        partitioned || other.partitioned());
  }
}
