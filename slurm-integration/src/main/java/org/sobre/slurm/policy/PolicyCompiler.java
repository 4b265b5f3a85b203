package org.sobre.slurm.policy;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import org.sobre.hardware.gpu.GpuVendor;
import org.sobre.hardware.units.MemorySize;
import org.sobre.slurm.fleet.FleetDocument;
import org.sobre.slurm.gres.FeatureLadder;
import org.sobre.slurm.node.GresEntry;
import org.sobre.slurm.node.PublishedGpu;
import org.sobre.slurm.policy.PolicyTable.Card;
import org.sobre.slurm.policy.PolicyTable.Memory;
import org.sobre.slurm.policy.PolicyTable.NodeKind;
import org.sobre.slurm.policy.PolicyTable.ProfileNeed;
import org.sobre.slurm.policy.PolicyTable.Shares;

/** From what the nodes say of themselves to the table that jobs are judged by. Pure. */
public final class PolicyCompiler {

  private static final long BYTES_PER_MEGABYTE = 1_000_000;

  private PolicyCompiler() {}

  /**
   * @param profiles by name
   */
  public static PolicyTable compile(
      Collection<FleetDocument> documents,
      Map<String, ProfileNeed> profiles,
      PolicyOptions options) {
    Map<String, List<Seen>> byType = new TreeMap<>();
    for (FleetDocument document : documents) {
      for (GresEntry entry : document.node().gres().entries()) {
        byType
            .computeIfAbsent(entry.type(), type -> new ArrayList<>())
            .add(new Seen(entry, document.gpuOf(entry)));
      }
    }
    Map<String, Card> cards = new TreeMap<>();
    byType.forEach((type, seen) -> cards.put(type, card(seen)));
    return PolicyTable.of(cards, kinds(documents), profiles, options);
  }

  /** One GPU that jobs can be given, and what is known of it. */
  private record Seen(GresEntry entry, Optional<PublishedGpu> gpu) {
    /** Of a partition its own. */
    Optional<MemorySize> memory() {
      OptionalLong mebibytes =
          entry.partition().isPresent()
              ? entry.partition().get().memoryMebibytes()
              : gpu.map(PublishedGpu::memoryTotalMebibytes).orElse(OptionalLong.empty());
      return mebibytes.isPresent()
          ? Optional.of(MemorySize.ofMebibytes(mebibytes.getAsLong()))
          : Optional.empty();
    }
  }

  private static Card card(List<Seen> seen) {
    Set<Optional<GpuVendor>> vendors =
        seen.stream().map(one -> one.gpu.map(PublishedGpu::vendor)).collect(Collectors.toSet());
    return new Card(
        vendors.size() == 1 ? vendors.iterator().next() : Optional.empty(),
        memory(seen),
        capability(seen),
        shares(seen),
        seen.size());
  }

  private static Optional<Memory> memory(List<Seen> seen) {
    List<MemorySize> sizes = seen.stream().flatMap(one -> one.memory().stream()).toList();
    if (sizes.size() != seen.size()) {
      return Optional.empty();
    }
    MemorySize least =
        sizes.stream().min(Comparator.comparingLong(MemorySize::bytes)).orElseThrow();
    MemorySize most = sizes.stream().max(Comparator.comparingLong(MemorySize::bytes)).orElseThrow();
    return Optional.of(
        new Memory(
            FeatureLadder.rung(least),
            FeatureLadder.rung(most),
            least.bytes() / BYTES_PER_MEGABYTE,
            most.bytes() / BYTES_PER_MEGABYTE));
  }

  private static Optional<String> capability(List<Seen> seen) {
    List<String> rungs =
        seen.stream()
            .flatMap(one -> one.gpu.flatMap(PublishedGpu::computeCapability).stream())
            .flatMap(capability -> FeatureLadder.capabilityRung(capability).stream())
            .toList();
    return rungs.size() == seen.size()
        ? rungs.stream().min(Comparator.comparingInt(FeatureLadder.computeCapabilities()::indexOf))
        : Optional.empty();
  }

  /** Of the card that has the most: shards must lie on one. */
  private static Optional<Shares> shares(List<Seen> seen) {
    return seen.stream()
        .filter(one -> one.entry.shards().isPresent())
        .max(Comparator.comparingInt(one -> one.entry.shards().getAsInt()))
        .map(
            one -> {
              int most = one.entry.shards().getAsInt();
              OptionalLong each =
                  one.memory()
                      .map(memory -> OptionalLong.of(memory.mebibytes() / most))
                      .orElse(OptionalLong.empty());
              return new Shares(most, each);
            });
  }

  /** By the features that the nodes have in Slurm, each kind once, in a fixed order. */
  private static List<NodeKind> kinds(Collection<FleetDocument> documents) {
    return documents.stream()
        .filter(document -> !document.node().gres().entries().isEmpty())
        .map(document -> kind(document))
        .distinct()
        .sorted(Comparator.comparing(NodeKind::toString))
        .toList();
  }

  private static NodeKind kind(FleetDocument document) {
    Set<String> features = new HashSet<>(document.node().features());
    Set<GpuVendor> vendors = new HashSet<>();
    for (GpuVendor vendor : GpuVendor.values()) {
      if (features.contains("gpu_vendor_" + vendor.jsonName())) {
        vendors.add(vendor);
      }
    }
    return new NodeKind(
        highest(size -> features.contains("vram_ge_" + size + "g")),
        highest(size -> features.contains("vram_has_" + size + "g")),
        vendors,
        capability(features),
        document.node().gres().countByType().keySet());
  }

  private static int highest(IntPredicate has) {
    OptionalInt highest =
        FeatureLadder.GIGABYTES.stream().mapToInt(Integer::intValue).filter(has).max();
    return highest.orElse(0);
  }

  private static Optional<String> capability(Set<String> features) {
    return FeatureLadder.computeCapabilities().stream()
        .filter(rung -> features.contains("gpu_cc_ge_" + rung.replace('.', '_')))
        .reduce((lower, higher) -> higher);
  }
}
