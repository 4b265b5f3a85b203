package org.sobre.it.fleet;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.sobre.hardware.catalog.GpuCatalog;
import org.sobre.hardware.gpu.Gpu;
import org.sobre.hardware.gpu.GpuState;
import org.sobre.hardware.gpu.GpuVendor;
import org.sobre.hardware.node.CpuTopology;
import org.sobre.hardware.node.NodeDescription;
import org.sobre.hardware.units.MemorySize;
import org.sobre.hardware.units.PciAddress;
import org.sobre.hardware.units.Reading;

/**
 * One machine of a generated fleet: what it would find in itself, and what Slurm must then say of
 * it, reckoned from the cards alone.
 *
 * @param cards in PCI order
 */
record GeneratedNode(String name, List<Card> cards) {

  /** The rungs of docs/slurm.md, written again. */
  private static final List<Integer> RUNGS =
      List.of(2, 4, 6, 8, 10, 11, 12, 16, 20, 24, 32, 40, 48, 64, 80, 94, 96, 128, 140, 192);

  private static final List<String> CAPABILITIES =
      List.of(
          "3.5", "3.7", "5.0", "5.2", "6.0", "6.1", "7.0", "7.5", "8.0", "8.6", "8.9", "9.0",
          "10.0", "12.0");

  /**
   * A card in its slot.
   *
   * @param minor the number of its device file, of its vendor's
   * @param works a card that does not has no file, and is not offered
   */
  record Card(CardModel model, int minor, boolean works) {

    Path file() {
      return Path.of(
          model.vendor() == GpuVendor.AMD ? "/dev/dri/renderD" + minor : "/dev/nvidia" + minor);
    }

    boolean offered() {
      return works && !model.equals(CardModel.DISPLAY_ONLY);
    }
  }

  GeneratedNode {
    cards = List.copyOf(cards);
  }

  private List<CardModel> offered() {
    return cards.stream().filter(Card::offered).map(Card::model).toList();
  }

  /** How many GPUs Slurm is given. */
  int gpus() {
    return offered().size();
  }

  /** {@code gpu:TYPE:COUNT} of each type, as {@code scontrol show node} has them between commas. */
  Set<String> expectedGres() {
    Map<String, Integer> counts = new TreeMap<>();
    offered().forEach(model -> counts.merge(model.type(), 1, Integer::sum));
    return counts.entrySet().stream()
        .map(type -> "gpu:" + type.getKey() + ":" + type.getValue())
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
    }
    return lines;
  }

  /**
   * What the machine would find in itself.
   *
   * @param catalog by which the shipped scan completes a card
   */
  NodeDescription description(
      CpuTopology cpu, long memoryMebibytes, Instant at, GpuCatalog catalog) {
    List<Gpu> gpus = new ArrayList<>();
    for (Card card : cards) {
      gpus.add(catalog.complete(gpu(gpus.size(), card), Optional.empty()));
    }
    return new NodeDescription(
        name,
        String.format(Locale.ROOT, "5f0c1c1e-0000-4000-8000-%012x", name.hashCode() & 0xffffffL),
        at,
        Optional.empty(),
        cpu,
        MemorySize.ofMebibytes(memoryMebibytes),
        gpus,
        List.of(),
        List.of());
  }

  private Gpu gpu(int index, Card card) {
    CardModel model = card.model();
    String id = String.format(Locale.ROOT, "%s-%d", name, index);
    Reading<MemorySize> memory = Reading.of(MemorySize.ofMebibytes(model.mebibytes()));
    return new Gpu(
        index,
        model.vendor(),
        model.name(),
        Optional.of((model.vendor() == GpuVendor.AMD ? "AMD-" : "GPU-") + id),
        new PciAddress(0, 0x10 + index, 0, 0),
        card.works() ? Optional.of(card.file()) : Optional.empty(),
        memory,
        memory,
        card.works() ? GpuState.OK : GpuState.NEEDS_RESET,
        card.works() ? Optional.empty() : Optional.of("generated so"),
        Optional.of(model.architecture()),
        model.computeCapability().isEmpty()
            ? Optional.empty()
            : Optional.of(model.computeCapability()),
        Optional.of("590.48.01"),
        false);
  }
}
