package org.sobre.hardware.gpu;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.sobre.hardware.units.PciAddress;

/** What a changed copy of a GPU is made from: only what may change. */
final class GpuDraft {

  private final Gpu from;
  int index;
  GpuState state;
  Optional<String> stateDetail;
  Optional<String> architecture;
  Optional<String> computeCapability;
  boolean partitioned;
  List<GpuPartition> partitions;
  Locality locality;
  Map<PciAddress, Integer> links;
  Optional<String> family;
  OptionalInt tdpWatts;
  boolean ambiguous;

  GpuDraft(Gpu from) {
    this.from = from;
    index = from.index();
    state = from.state();
    stateDetail = from.stateDetail();
    architecture = from.architecture();
    computeCapability = from.computeCapability();
    partitioned = from.partitioned();
    partitions = from.partitions();
    locality = from.locality();
    links = from.links();
    family = from.family();
    tdpWatts = from.tdpWatts();
    ambiguous = from.ambiguous();
  }

  Gpu gpu() {
    return new Gpu(
        index,
        from.vendor(),
        from.model(),
        from.uuid(),
        from.pciAddress(),
        from.device(),
        from.memoryTotal(),
        from.memoryFree(),
        state,
        stateDetail,
        architecture,
        computeCapability,
        from.driver(),
        partitioned,
        partitions,
        locality,
        links,
        family,
        tdpWatts,
        ambiguous);
  }
}
