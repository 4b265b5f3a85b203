package org.sobre.hardware.gpu.amd;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.sobre.hardware.gpu.GpuPartition;
import org.sobre.hardware.units.MemorySize;
import org.sobre.hardware.units.PciAddress;
import org.sobre.hardware.units.Reading;
import org.sobre.hardware.units.Reading.Reason;

/**
 * The parts of one card in DPX, TPX, QPX or CPX mode. The compute driver knows each with its own
 * render node and its share of the memory; a tool repeats the power and the memory of the whole
 * card for every part, so that nothing of a tool is taken but how many there are.
 */
final class AmdPartitions {

  private final Optional<String> board;
  private final Optional<String> mode;
  private final AmdHost host;

  /**
   * @param board id of the card
   * @param mode {@code cpx}
   */
  AmdPartitions(Optional<String> board, Optional<String> mode, AmdHost host) {
    this.board = board;
    this.mode = mode;
    this.host = host;
  }

  /** Whether one place answering in these ways is a card in parts. */
  static boolean are(List<AmdToolCard> cards, List<KfdTopology.Node> nodes, AmdPartition mode) {
    boolean whole =
        Stream.concat(Stream.of(mode), cards.stream().map(AmdToolCard::partition))
            .anyMatch(told -> told.compute().equals(Optional.of("spx")));
    return mode.partOfCard()
        || cards.stream().anyMatch(AmdToolCard::partitioned)
        || (!whole && (cards.size() > 1 || nodes.size() > 1));
  }

  /**
   * @param nodes at the place of the card, by the number of their part
   * @param cards a tool's devices at that place
   */
  List<GpuPartition> of(List<KfdTopology.Node> nodes, List<AmdToolCard> cards) {
    return nodes.size() >= cards.size()
        ? nodes.stream().map(this::ofNode).toList()
        : toldOnly(cards);
  }

  private GpuPartition ofNode(KfdTopology.Node node) {
    Optional<Path> device = node.renderNode().filter(host.hasDevice());
    return partition(node.partition(), node.memory(), device.stream().toList());
  }

  private List<GpuPartition> toldOnly(List<AmdToolCard> cards) {
    List<GpuPartition> partitions = new ArrayList<>();
    for (AmdToolCard card : cards) {
      int function = card.address().map(PciAddress::function).orElse(0);
      int number = card.partition().number().orElse(function > 0 ? function : partitions.size());
      partitions.add(partition(number, Optional.empty(), List.of()));
    }
    return partitions;
  }

  private GpuPartition partition(int number, Optional<MemorySize> memory, List<Path> devices) {
    return new GpuPartition(
        board.map(id -> id + "/" + number),
        mode,
        memory
            .map(Reading::of)
            .orElseGet(
                () ->
                    Reading.unavailable(
                        Reason.NOT_SUPPORTED, "the compute driver does not tell its share")),
        Reading.unavailable(Reason.NOT_SUPPORTED, "only the whole card's is told"),
        devices,
        OptionalInt.empty(),
        OptionalInt.empty());
  }
}
