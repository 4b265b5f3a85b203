package org.sobre.it.fleet;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.sobre.hardware.catalog.GpuCatalog;
import org.sobre.hardware.gpu.Gpu;
import org.sobre.hardware.gpu.GpuPartition;
import org.sobre.hardware.gpu.GpuState;
import org.sobre.hardware.gpu.GpuVendor;
import org.sobre.hardware.gpu.Locality;
import org.sobre.hardware.node.CpuTopology;
import org.sobre.hardware.node.NodeDescription;
import org.sobre.hardware.units.CpuList;
import org.sobre.hardware.units.MemorySize;
import org.sobre.hardware.units.PciAddress;
import org.sobre.hardware.units.Reading;
import org.sobre.it.fleet.GeneratedNode.Card;

/**
 * What generated machines would find in themselves. The Quadro RTX 6000 of a machine are near its
 * first processor and bridged with two lanes, so that their lines have Cores= and Links=.
 */
final class GeneratedHardware {

  private static final CardModel BRIDGED = CardModel.ofType("quadro_rtx_6000");
  private static final int LANES = 2;
  private static final Locality NEAR_THE_FIRST =
      new Locality(OptionalInt.empty(), CpuList.parse("0"));

  private final CpuTopology cpu;
  private final MemorySize memory;
  private final Instant at;
  private final GpuCatalog catalog = Publishing.shippedCatalog();

  /**
   * @param at when all of them looked
   */
  GeneratedHardware(CpuTopology cpu, long memoryMebibytes, Instant at) {
    this.cpu = cpu;
    this.memory = MemorySize.ofMebibytes(memoryMebibytes);
    this.at = at;
  }

  /** Of this machine's processors and memory, which all slurmd see. */
  static GeneratedHardware ofThisMachine() {
    return new GeneratedHardware(ThisMachine.cpu(), ThisMachine.memoryMebibytes(), Instant.now());
  }

  NodeDescription of(GeneratedNode node) {
    List<Gpu> gpus = new ArrayList<>();
    for (Card card : node.cards()) {
      gpus.add(catalog.complete(gpu(node, gpus.size(), card), Optional.empty()));
    }
    return new NodeDescription(
        node.name(),
        String.format(
            Locale.ROOT, "5f0c1c1e-0000-4000-8000-%012x", node.name().hashCode() & 0xffffffL),
        at,
        Optional.empty(),
        cpu,
        memory,
        gpus,
        List.of(),
        List.of());
  }

  private static Gpu gpu(GeneratedNode node, int index, Card card) {
    CardModel model = card.model();
    String id = String.format(Locale.ROOT, "%s-%d", node.name(), index);
    Reading<MemorySize> memory = Reading.of(MemorySize.ofMebibytes(model.mebibytes()));
    Gpu whole =
        new Gpu(
            index,
            model.vendor(),
            model.name(),
            Optional.of((model.vendor() == GpuVendor.AMD ? "AMD-" : "GPU-") + id),
            address(index),
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
    if (model.equals(BRIDGED)) {
      return whole.placed(NEAR_THE_FIRST, bridges(node, index));
    }
    return card.halved() ? whole.split(halves(id, card)) : whole;
  }

  private static PciAddress address(int index) {
    return new PciAddress(0, 0x10 + index, 0, 0);
  }

  private static Map<PciAddress, Integer> bridges(GeneratedNode node, int index) {
    Map<PciAddress, Integer> lanes = new TreeMap<>();
    for (int other = 0; other < node.cards().size(); other++) {
      if (other != index && node.cards().get(other).model().equals(BRIDGED)) {
        lanes.put(address(other), LANES);
      }
    }
    return lanes;
  }

  private static List<GpuPartition> halves(String board, Card card) {
    int[] caps = card.capabilities().toArray();
    Reading<MemorySize> memory =
        Reading.of(MemorySize.ofMebibytes(CardModel.HALF_OF_AN_A100.mebibytes()));
    return IntStream.of(0, 1)
        .mapToObj(
            half ->
                new GpuPartition(
                    Optional.of("MIG-" + board + "-" + half),
                    Optional.of("3g.40gb"),
                    memory,
                    memory,
                    List.of(
                        card.file(),
                        Path.of(GeneratedNode.CAPS + caps[2 * half]),
                        Path.of(GeneratedNode.CAPS + caps[2 * half + 1])),
                    OptionalInt.of(1 + half),
                    OptionalInt.of(0)))
        .toList();
  }
}
