package org.sobre.it.fleet;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.sobre.hardware.gpu.GpuVendor;

/**
 * One machine of a generated fleet: its cards, and what Slurm must then say of it, reckoned from
 * them alone. What it would find in itself is {@link GeneratedHardware}'s.
 *
 * @param cards in PCI order
 * @param shardMebibytes video memory of one share, where the machine's GPUs are shared
 */
record GeneratedNode(String name, List<Card> cards, OptionalLong shardMebibytes) {

  /** The rungs of docs/slurm.md, written again. */
  private static final List<Integer> RUNGS =
      List.of(2, 4, 6, 8, 10, 11, 12, 16, 20, 24, 32, 40, 48, 64, 80, 94, 96, 128, 140, 192);

  static final String CAPS = "/dev/nvidia-caps/nvidia-cap";

  private static final List<String> CAPABILITIES =
      List.of(
          "3.5", "3.7", "5.0", "5.2", "6.0", "6.1", "7.0", "7.5", "8.0", "8.6", "8.9", "9.0",
          "10.0", "12.0");

  /**
   * A card in its slot.
   *
   * @param minor the number of its device file, of its vendor's
   * @param works a card that does not has no file, and is not offered
   * @param halved whether it is in MIG mode, in two halves
   */
  record Card(CardModel model, int minor, boolean works, boolean halved) {

    /** A whole card. */
    Card(CardModel model, int minor, boolean works) {
      this(model, minor, works, false);
    }

    Path file() {
      return Path.of(
          model.vendor() == GpuVendor.AMD ? "/dev/dri/renderD" + minor : "/dev/nvidia" + minor);
    }

    /** What jobs can be given of it. */
    Stream<CardModel> offered() {
      if (!works || model.equals(CardModel.DISPLAY_ONLY)) {
        return Stream.of();
      }
      return halved
          ? Stream.of(CardModel.HALF_OF_AN_A100, CardModel.HALF_OF_AN_A100)
          : Stream.of(model);
    }

    /** The driver's minors of the halves' capabilities, two each; numbers are the test's. */
    IntStream capabilities() {
      return halved ? IntStream.range(10 * minor + 21, 10 * minor + 25) : IntStream.empty();
    }
  }

  GeneratedNode {
    cards = List.copyOf(cards);
  }

  /** A machine whose GPUs are not shared. */
  GeneratedNode(String name, List<Card> cards) {
    this(name, cards, OptionalLong.empty());
  }

  /** What jobs can be given, in PCI order. */
  List<CardModel> offered() {
    return cards.stream().flatMap(Card::offered).toList();
  }

  /** Whether a type comes again after another: Slurm's positions are then not the bus's. */
  boolean isInterleaved() {
    List<String> types = offered().stream().map(CardModel::type).toList();
    return IntStream.range(1, types.size())
        .anyMatch(
            i ->
                !types.get(i).equals(types.get(i - 1))
                    && types.subList(0, i).contains(types.get(i)));
  }

  boolean isOfBothVendors() {
    return offered().stream().map(CardModel::vendor).distinct().count() == 2;
  }

  boolean isSplit() {
    return offered().contains(CardModel.HALF_OF_AN_A100);
  }

  /** How many GPUs Slurm is given. */
  int gpus() {
    return offered().size();
  }

  /** {@code gpu:TYPE:COUNT} of each type, as {@code scontrol show node} has them between commas. */
  Set<String> expectedGres() {
    Map<String, Integer> counts = new TreeMap<>();
    offered().forEach(model -> counts.merge("gpu:" + model.type(), 1, Integer::sum));
    shardMebibytes.ifPresent(
        size ->
            offered()
                .forEach(
                    model ->
                        counts.merge(
                            "shard:" + model.type(),
                            Math.toIntExact(model.mebibytes() / size),
                            Integer::sum)));
    return counts.entrySet().stream()
        .map(type -> type.getKey() + ":" + type.getValue())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  Set<String> expectedFeatures() {
    Set<String> features = new TreeSet<>();
    List<CardModel> offered = offered();
    if (offered.isEmpty()) {
      return features;
    }
    int least = offered.stream().mapToInt(CardModel::gigabytes).min().orElseThrow();
    int most = offered.stream().mapToInt(CardModel::gigabytes).max().orElseThrow();
    for (int rung : RUNGS) {
      if (rung <= least) {
        features.add("vram_ge_" + rung + "g");
      }
      if (rung <= most) {
        features.add("vram_has_" + rung + "g");
      }
    }
    for (CardModel model : offered) {
      features.add(model.vendor() == GpuVendor.AMD ? "gpu_vendor_amd" : "gpu_vendor_nvidia");
      features.add("gpu_family_" + model.architecture());
      features.add("gpu_family_" + model.family());
      if (!model.computeCapability().isEmpty()) {
        features.add("gpu_cc_" + model.computeCapability().replace('.', '_'));
      }
    }
    features.addAll(capabilityRungs(offered));
    return features;
  }

  /** None where a card has no capability: it is not NVIDIA's. */
  private static Set<String> capabilityRungs(List<CardModel> offered) {
    double least =
        offered.stream()
            .mapToDouble(
                model ->
                    model.computeCapability().isEmpty()
                        ? 0
                        : Double.parseDouble(model.computeCapability()))
            .min()
            .orElse(0);
    return CAPABILITIES.stream()
        .filter(rung -> Double.parseDouble(rung) <= least)
        .map(rung -> "gpu_cc_ge_" + rung.replace('.', '_'))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** {@code PATH MAJOR MINOR} of each character device: lab/fleet. */
  List<String> devices() {
    List<String> lines = new ArrayList<>();
    for (Card card : cards) {
      if (card.works()) {
        int major = card.model().vendor() == GpuVendor.AMD ? 226 : 195;
        lines.add(card.file() + " " + major + " " + card.minor());
      }
      card.capabilities().forEach(cap -> lines.add(CAPS + cap + " 234 " + cap));
    }
    return lines;
  }
}
