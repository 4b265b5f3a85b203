package org.sobre.hardware.gpu.nvidia;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.sobre.hardware.gpu.GpuState;
import org.sobre.hardware.gpu.UnknownPlace;
import org.sobre.hardware.units.MemorySize;
import org.sobre.hardware.units.PciAddress;
import org.sobre.hardware.units.Reading;

/**
 * One card as nvidia-smi tells of it, in whatever form: a {@code <gpu>} of the XML, a block of
 * {@code -q}, a row of a query or of the table. What a form does not tell is absent.
 *
 * @param model marketing name; absent where the card answered with a fault; the table cuts it to
 *     {@code NVIDIA GeForce RTX 2080 ...}
 * @param uuid {@code GPU-…}; the table has none
 * @param minor N of {@code /dev/nvidiaN}; absent on Windows and in vGPU guests
 * @param architecture first word, lower case: {@code ada}; drivers before 510 do not tell
 * @param computeCapability {@code 8.9}; only queries tell
 * @param migEnabled whether the card is in MIG mode now
 * @param migDevices those that were told, in the order printed; empty where MIG mode is off, and
 *     where a card in MIG mode has no instance
 * @param stateDetail for a state other than ok, what was printed
 */
record NvidiaSmiGpu(
    PciAddress pciAddress,
    Optional<String> model,
    Optional<String> uuid,
    OptionalInt minor,
    Reading<MemorySize> memoryTotal,
    Reading<MemorySize> memoryFree,
    Optional<String> architecture,
    Optional<String> computeCapability,
    boolean migEnabled,
    List<MigDevice> migDevices,
    GpuState state,
    Optional<String> stateDetail) {

  NvidiaSmiGpu {
    requireNonNull(pciAddress, "pciAddress");
    requireNonNull(model, "model");
    requireNonNull(uuid, "uuid");
    requireNonNull(minor, "minor");
    requireNonNull(memoryTotal, "memoryTotal");
    requireNonNull(memoryFree, "memoryFree");
    requireNonNull(architecture, "architecture");
    requireNonNull(computeCapability, "computeCapability");
    migDevices = List.copyOf(migDevices);
    requireNonNull(state, "state");
    requireNonNull(stateDetail, "stateDetail");
  }

  /** The same card, which after all cannot be relied on. */
  NvidiaSmiGpu unreadable(String why) {
    return new NvidiaSmiGpu(
        pciAddress,
        model,
        uuid,
        minor,
        memoryTotal,
        memoryFree,
        architecture,
        computeCapability,
        migEnabled,
        migDevices,
        GpuState.UNREADABLE,
        Optional.of(why));
  }

  /** The same card, said to sit there. */
  NvidiaSmiGpu at(PciAddress place) {
    return new NvidiaSmiGpu(
        place,
        model,
        uuid,
        minor,
        memoryTotal,
        memoryFree,
        architecture,
        computeCapability,
        migEnabled,
        migDevices,
        state,
        stateDetail);
  }

  boolean isAt(PciAddress place) {
    return pciAddress.equals(place) && !UnknownPlace.isOne(place);
  }

  boolean hasUuidOf(NvidiaSmiGpu other) {
    return uuid.isPresent() && uuid.equals(other.uuid);
  }

  /** Whether nothing that both tell is different: UUID, address, model. */
  boolean mayBe(NvidiaSmiGpu other) {
    boolean placed = !UnknownPlace.isOne(pciAddress) && !UnknownPlace.isOne(other.pciAddress);
    return agree(uuid, other.uuid)
        && (!placed || pciAddress.equals(other.pciAddress))
        && (model.isEmpty()
            || other.model.isEmpty()
            || NvidiaModel.mayBeOne(model.get(), other.model.get()));
  }

  private static boolean agree(Optional<String> one, Optional<String> other) {
    return one.isEmpty() || other.isEmpty() || one.equals(other);
  }

  /** This, and from another answer about the same card what this one lacks, or a fault. */
  NvidiaSmiGpu completedBy(NvidiaSmiGpu other) {
    boolean well = state == GpuState.OK;
    return new NvidiaSmiGpu(
        UnknownPlace.isOne(pciAddress) ? other.pciAddress : pciAddress,
        model.filter(name -> !NvidiaModel.isCut(name)).or(other::model).or(() -> model),
        uuid.or(other::uuid),
        minor.isPresent() ? minor : other.minor,
        memoryTotal.measured().isPresent() ? memoryTotal : other.memoryTotal,
        memoryFree.measured().isPresent() ? memoryFree : other.memoryFree,
        architecture.or(other::architecture),
        computeCapability.or(other::computeCapability),
        migEnabled || other.migEnabled,
        migDevices.isEmpty() ? other.migDevices : migDevices,
        well ? other.state : state,
        well ? other.stateDetail : stateDetail);
  }
}
