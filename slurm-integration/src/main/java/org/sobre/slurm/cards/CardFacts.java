package org.sobre.slurm.cards;

import static java.util.Objects.requireNonNull;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.sobre.hardware.catalog.GpuCatalog;
import org.sobre.hardware.catalog.GpuModel;
import org.sobre.hardware.gpu.GpuVendor;
import org.sobre.hardware.units.MemorySize;
import org.sobre.slurm.gres.FeatureLadder;
import org.sobre.slurm.node.GresEntry;
import org.sobre.slurm.node.NodeDocument;
import org.sobre.slurm.node.PublishedGpu;

/**
 * What somebody knows of the cards of one type.
 *
 * @param vendor absent if not known
 * @param computeCapability {@code 8.9}; NVIDIA only, absent if not known
 */
record CardFacts(
    Optional<GpuVendor> vendor, CardMemory memory, Optional<String> computeCapability) {

  static final CardFacts NONE =
      new CardFacts(Optional.empty(), new CardMemory.Unknown(), Optional.empty());

  private static final Pattern RUNG = Pattern.compile("vram_(ge|has)_(\\d{1,4})g");
  private static final Pattern CAPABILITY = Pattern.compile("gpu_cc_(\\d{1,3})_(\\d{1,3})");

  CardFacts {
    requireNonNull(vendor, "vendor");
    requireNonNull(memory, "memory");
    requireNonNull(computeCapability, "computeCapability");
  }

  /** These, and what the other knows beside. */
  CardFacts or(CardFacts other) {
    return new CardFacts(
        vendor.or(other::vendor),
        memory instanceof CardMemory.Unknown ? other.memory : memory,
        computeCapability.or(other::computeCapability));
  }

  /** Of a type on one node; of cards of that type that differ the smallest memory. */
  static CardFacts published(NodeDocument node, String type) {
    List<GresEntry> entries =
        node.gres().stream().filter(entry -> entry.type().equals(type)).toList();
    return entries.stream()
        .map(entry -> published(node, entry))
        .min(Comparator.comparingLong(facts -> facts.memory().order()))
        .orElse(NONE);
  }

  private static CardFacts published(NodeDocument node, GresEntry entry) {
    Optional<PublishedGpu> gpu = node.gpuOf(entry.device());
    Optional<Long> mebibytes =
        entry
            .partition()
            .map(part -> part.memoryMebibytes().stream().boxed().findFirst())
            .orElseGet(
                () ->
                    gpu.flatMap(card -> card.memoryTotalMebibytes().stream().boxed().findFirst()));
    return new CardFacts(
        gpu.map(PublishedGpu::vendor),
        mebibytes
            .filter(total -> total > 0)
            .<CardMemory>map(total -> new CardMemory.Total(MemorySize.ofMebibytes(total)))
            .orElse(new CardMemory.Unknown()),
        gpu.flatMap(PublishedGpu::computeCapability));
  }

  /**
   * Of the cards of a node by its features.
   *
   * @param alike whether all its cards are of one type; of unlike ones only what holds for all is
   *     told
   */
  static CardFacts featured(Set<String> features, boolean alike) {
    OptionalInt every = highest("ge", features);
    OptionalInt any = highest("has", features);
    Optional<String> capability = only(capabilities(features));
    boolean sized = every.isPresent() && (alike || every.equals(any));
    return new CardFacts(
        only(vendors(features)),
        sized ? new CardMemory.Size(every.getAsInt()) : new CardMemory.Unknown(),
        alike ? capability : Optional.empty());
  }

  /** The least that any card of a node has, by its features. */
  static CardFacts leastOf(Set<String> features) {
    OptionalInt every = highest("ge", features);
    return every.isPresent()
        ? new CardFacts(Optional.empty(), new CardMemory.Size(every.getAsInt()), Optional.empty())
        : NONE;
  }

  /** Of a type that is a model's name; where it may be several models, what they have in common. */
  static CardFacts catalogued(GpuCatalog catalog, String type) {
    List<GpuModel> models = catalog.called(type);
    Optional<Integer> size =
        models.stream()
            .map(
                model ->
                    model.reportedMemory().flatMap(total -> new CardMemory.Total(total).rung()))
            .reduce((one, other) -> one.flatMap(a -> other.map(b -> Math.min(a, b))))
            .flatMap(least -> least);
    return new CardFacts(
        only(models.stream().map(GpuModel::vendor).distinct().toList()),
        size.<CardMemory>map(CardMemory.Size::new).orElse(new CardMemory.Unknown()),
        only(
            models.stream()
                .flatMap(model -> model.computeCapability().stream())
                .distinct()
                .toList()));
  }

  private static OptionalInt highest(String word, Set<String> features) {
    return features.stream()
        .map(RUNG::matcher)
        .filter(Matcher::matches)
        .filter(rung -> rung.group(1).equals(word))
        .mapToInt(rung -> Integer.parseInt(rung.group(2)))
        .filter(FeatureLadder.GIGABYTES::contains)
        .max();
  }

  private static List<GpuVendor> vendors(Set<String> features) {
    return Stream.of(GpuVendor.values())
        .filter(vendor -> features.contains("gpu_vendor_" + vendor.jsonName()))
        .toList();
  }

  private static List<String> capabilities(Set<String> features) {
    return features.stream()
        .map(CAPABILITY::matcher)
        .filter(Matcher::matches)
        .map(capability -> capability.group(1) + "." + capability.group(2))
        .toList();
  }

  private static <T> Optional<T> only(Collection<T> several) {
    return several.size() == 1 ? several.stream().findFirst() : Optional.empty();
  }
}
