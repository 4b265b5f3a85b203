package org.sobre.hardware.catalog;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.sobre.hardware.gpu.GpuVendor;
import org.sobre.hardware.gpu.PciId;
import org.sobre.hardware.units.MemorySize;

/**
 * One model of GPU, as far as a document says something of it.
 *
 * @param name as its vendor's tool prints it
 * @param otherNames further spellings
 * @param pciIds by which it is known whatever a tool calls it
 * @param architecture in the word that a card of it reports: {@code ampere}, {@code cdna2}
 * @param computeCapability {@code 8.6}; NVIDIA only
 * @param gfx AMD's name of the instruction set, {@code gfx90a}; AMD only
 * @param sources of names, ids, architecture, compute capability and gfx
 * @param tdpWatts what the maker designs the cooling for, above 0
 * @param launchPrice of one card
 * @param cloudPrice of one card for one hour
 */
public record GpuModel(
    GpuVendor vendor,
    String name,
    List<String> otherNames,
    List<PciId> pciIds,
    Optional<GpuFamily> family,
    Optional<String> architecture,
    Optional<String> computeCapability,
    Optional<String> gfx,
    List<String> sources,
    Optional<Cited<Integer>> tdpWatts,
    Optional<Cited<VideoMemory>> memory,
    Optional<Cited<Price>> launchPrice,
    Optional<Cited<EmbodiedCarbon>> embodied,
    Optional<Cited<Price>> cloudPrice) {

  /** In thousandths of what is sold. */
  private static final int LEFT_BY_CORRECTION = 930;

  private static final int LEFT_BY_DRIVERS = 975;

  public GpuModel {
    requireNonNull(vendor, "vendor");
    requireNonNull(name, "name");
    otherNames = List.copyOf(otherNames);
    pciIds = List.copyOf(pciIds);
    requireNonNull(family, "family");
    requireNonNull(architecture, "architecture");
    requireNonNull(computeCapability, "computeCapability");
    requireNonNull(gfx, "gfx");
    sources = List.copyOf(sources);
    requireNonNull(tdpWatts, "tdpWatts");
    requireNonNull(memory, "memory");
    requireNonNull(launchPrice, "launchPrice");
    requireNonNull(embodied, "embodied");
    requireNonNull(cloudPrice, "cloudPrice");
  }

  /** What this says, and for the rest what the other says of the same model. */
  GpuModel over(GpuModel below) {
    return new GpuModel(
        vendor,
        name,
        both(otherNames, below.otherNames),
        both(pciIds, below.pciIds),
        family.or(below::family),
        architecture.or(below::architecture),
        computeCapability.or(below::computeCapability),
        gfx.or(below::gfx),
        both(sources, below.sources),
        tdpWatts.or(below::tdpWatts),
        memory.or(below::memory),
        launchPrice.or(below::launchPrice),
        embodied.or(below::embodied),
        cloudPrice.or(below::cloudPrice));
  }

  /** Whether its ids are known and none of them is of that device, whatever the revision. */
  boolean hasOtherChipThan(PciId id) {
    return !pciIds.isEmpty()
        && pciIds.stream().noneMatch(own -> own.anyRevision().equals(id.anyRevision()));
  }

  /**
   * What its driver tells of its memory at the least. Error correction on GDDR takes a part of 16
   * and the driver some more (a Tesla K80 of 12288 MiB tells 11441); others keep up to 2.5 % for
   * themselves. Absent where nobody says with how much it is sold.
   */
  public Optional<MemorySize> reportedMemory() {
    return memory.flatMap(
        cited -> cited.value().size().map(sold -> reported(sold, cited.value().type())));
  }

  private MemorySize reported(MemorySize sold, Optional<String> type) {
    boolean corrected =
        type.filter(word -> word.startsWith("GDDR")).isPresent()
            && !family.equals(Optional.of(GpuFamily.GAMER));
    return new MemorySize(sold.bytes() / 1000 * (corrected ? LEFT_BY_CORRECTION : LEFT_BY_DRIVERS));
  }

  /** The forms of all its names. */
  Stream<ModelName> names() {
    return Stream.concat(Stream.of(name), otherNames.stream()).map(ModelName::of);
  }

  private static <T> List<T> both(List<T> mine, List<T> below) {
    return Stream.concat(mine.stream(), below.stream()).distinct().toList();
  }
}
