package org.sobre.hardware.gpu;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.sobre.hardware.units.MemorySize;
import org.sobre.hardware.units.PciAddress;
import org.sobre.hardware.units.Reading;

/**
 * One GPU as it was found.
 *
 * @param index position in PCI order on this node, from 0: never the device minor and never Slurm's
 *     position
 * @param model as the tool prints it, or {@code unknown} where only the PCI bus shows the card
 * @param uuid the stable identifier by which the card stands everywhere, absent where the card
 *     could not be asked: NVIDIA's {@code GPU-…}; {@code AMD-} and the card's unique id, or its PCI
 *     address where it has none
 * @param device the character device Slurm gives to jobs, absent where it is not known
 * @param memoryTotal total video memory
 * @param memoryFree free at the time of the scan: informs, and is never published to Slurm
 * @param stateDetail for a state other than ok, what was seen, for a person
 * @param architecture lower case, one word: {@code ada}, {@code cdna2}
 * @param computeCapability {@code 8.9}; NVIDIA only
 * @param driver version of the kernel driver
 * @param partitioned whether the card is split into partitions (MIG, AMD's CPX): the whole card can
 *     then not be given to a job
 * @param partitions those that were told, in the order of their vendor's tool; may be empty for a
 *     partitioned card: MIG mode without an instance runs nothing
 * @param links active NVLink or xGMI lanes to other GPUs of this node, by their address; 1 or more
 *     each; empty where there are none or nobody could tell
 * @param family what the GPU catalogue sorts the model under: {@code gamer}, {@code gpgpu}; absent
 *     where the catalogue does not know the model
 * @param tdpWatts design power of the card, above 0, by the GPU catalogue; absent where that does
 *     not know the model or says none
 * @param ambiguous whether another GPU answered with the same UUID or device file: a job, and its
 *     energy, would go to either, so neither is given out
 */
public record Gpu(
    int index,
    GpuVendor vendor,
    String model,
    Optional<String> uuid,
    PciAddress pciAddress,
    Optional<Path> device,
    Reading<MemorySize> memoryTotal,
    Reading<MemorySize> memoryFree,
    GpuState state,
    Optional<String> stateDetail,
    Optional<String> architecture,
    Optional<String> computeCapability,
    Optional<String> driver,
    boolean partitioned,
    List<GpuPartition> partitions,
    Locality locality,
    Map<PciAddress, Integer> links,
    Optional<String> family,
    OptionalInt tdpWatts,
    boolean ambiguous) {

  private static final String AMBIGUOUS = "not-unique";

  public Gpu {
    if (index < 0) {
      throw new IllegalArgumentException("GPU index must be 0 or more, found " + index);
    }
    requireNonNull(vendor, "vendor");
    requireNonNull(model, "model");
    if (model.isBlank()) {
      throw new IllegalArgumentException("GPU model must not be blank");
    }
    requireNonNull(uuid, "uuid");
    requireNonNull(pciAddress, "pciAddress");
    requireNonNull(device, "device");
    requireNonNull(memoryTotal, "memoryTotal");
    requireNonNull(memoryFree, "memoryFree");
    requireNonNull(state, "state");
    requireNonNull(stateDetail, "stateDetail");
    requireNonNull(architecture, "architecture");
    requireNonNull(computeCapability, "computeCapability");
    requireNonNull(driver, "driver");
    partitions = List.copyOf(partitions);
    if (!partitioned && !partitions.isEmpty()) {
      throw new IllegalArgumentException(
          "GPU " + pciAddress + " is not partitioned and has " + partitions.size() + " partitions");
    }
    requireNonNull(locality, "locality");
    links = Collections.unmodifiableMap(new TreeMap<>(links));
    if (links.containsKey(pciAddress) || links.values().stream().anyMatch(lanes -> lanes < 1)) {
      throw new IllegalArgumentException(
          "GPU " + pciAddress + ": links are 1 or more lanes to another GPU, found " + links);
    }
    requireNonNull(family, "family");
    if (tdpWatts.isPresent() && tdpWatts.getAsInt() < 1) {
      throw new IllegalArgumentException("tdpWatts must be above 0, found " + tdpWatts);
    }
  }

  /** A GPU of which neither its place in the machine nor links nor partitions are known. */
  public Gpu(
      int index,
      GpuVendor vendor,
      String model,
      Optional<String> uuid,
      PciAddress pciAddress,
      Optional<Path> device,
      Reading<MemorySize> memoryTotal,
      Reading<MemorySize> memoryFree,
      GpuState state,
      Optional<String> stateDetail,
      Optional<String> architecture,
      Optional<String> computeCapability,
      Optional<String> driver,
      boolean partitioned) {
    this(
        index,
        vendor,
        model,
        uuid,
        pciAddress,
        device,
        memoryTotal,
        memoryFree,
        state,
        stateDetail,
        architecture,
        computeCapability,
        driver,
        partitioned,
        List.of(),
        Locality.UNKNOWN,
        Map.of(),
        Optional.empty(),
        OptionalInt.empty(),
        false);
  }

  /** The same GPU, completed with where it sits and what it is linked to. */
  public Gpu placed(Locality where, Map<PciAddress, Integer> lanes) {
    GpuDraft draft = new GpuDraft(this);
    draft.locality = where;
    draft.links = lanes;
    return draft.gpu();
  }

  /** The same GPU, split into these. */
  public Gpu split(List<GpuPartition> into) {
    GpuDraft draft = new GpuDraft(this);
    draft.partitioned = true;
    draft.partitions = into;
    return draft.gpu();
  }

  /** The same GPU, with what is published of its model where it did not tell that itself. */
  public Gpu catalogued(
      Optional<String> itsFamily,
      Optional<String> itsArchitecture,
      Optional<String> itsCapability,
      OptionalInt itsTdpWatts) {
    GpuDraft draft = new GpuDraft(this);
    draft.family = itsFamily;
    draft.tdpWatts = itsTdpWatts;
    draft.architecture = architecture.or(() -> itsArchitecture);
    draft.computeCapability = computeCapability.or(() -> itsCapability);
    return draft.gpu();
  }

  /** The same GPU at another place in PCI order. */
  public Gpu withIndex(int other) {
    GpuDraft draft = new GpuDraft(this);
    draft.index = other;
    return draft.gpu();
  }

  /** The same GPU, which after all cannot be relied on. */
  public Gpu unreadable(String why) {
    GpuDraft draft = new GpuDraft(this);
    draft.state = GpuState.UNREADABLE;
    draft.stateDetail = Optional.of(why);
    return draft.gpu();
  }

  /**
   * The same GPU, which cannot be told apart from another.
   *
   * @param why for a person, where nothing is said of it yet
   */
  public Gpu ambiguous(String why) {
    GpuDraft draft = new GpuDraft(this);
    draft.ambiguous = true;
    draft.stateDetail = stateDetail.or(() -> Optional.of(why));
    return draft.gpu();
  }

  /**
   * Why this GPU is not given to Slurm as a whole, or empty if it is. Of a partitioned one its
   * partitions may be given instead.
   */
  public Optional<String> whyNotOffered(MemorySize offerFrom) {
    if (state != GpuState.OK) {
      return Optional.of(state.jsonName());
    }
    if (ambiguous) {
      return Optional.of(AMBIGUOUS);
    }
    if (partitioned) {
      return Optional.of("partitioned");
    }
    if (device.isEmpty()) {
      return Optional.of("no-device-file");
    }
    if (memoryTotal.measured().isEmpty()) {
      return Optional.of("memory-unknown");
    }
    if (uuid.isEmpty()) {
      return Optional.of("no-uuid");
    }
    return memoryTotal
        .measured()
        .filter(total -> total.compareTo(offerFrom) < 0)
        .map(small -> "display-only");
  }

  /** Why one of its partitions is not given to Slurm, or empty if it is. */
  public Optional<String> whyNotOffered(GpuPartition partition) {
    if (state != GpuState.OK) {
      return Optional.of(state.jsonName());
    }
    return ambiguous ? Optional.of(AMBIGUOUS) : partition.whyNotOffered();
  }
}
