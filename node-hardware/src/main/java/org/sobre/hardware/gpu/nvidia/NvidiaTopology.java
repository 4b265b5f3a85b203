package org.sobre.hardware.gpu.nvidia;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.sobre.hardware.gpu.Locality;
import org.sobre.hardware.gpu.nvidia.NvidiaSmiList.Listed;
import org.sobre.hardware.gpu.nvidia.TopoMatrix.Row;
import org.sobre.hardware.units.PciAddress;

/**
 * Which row of {@code topo -m} is which card: the matrix has NVML's index alone, {@code -L} ties
 * that to a UUID, {@code -q -x} the UUID to an address. Pure.
 */
final class NvidiaTopology {

  private final Map<PciAddress, Integer> indexes;
  private final Map<Integer, PciAddress> addresses = new HashMap<>();
  private final TopoMatrix matrix;

  private NvidiaTopology(Map<PciAddress, Integer> indexes, TopoMatrix matrix) {
    this.indexes = indexes;
    this.matrix = matrix;
    indexes.forEach((address, index) -> addresses.put(index, address));
  }

  /** Of rows that cannot be tied to cards for certain, none is. */
  static NvidiaTopology of(NvidiaAnswer answer) {
    List<NvidiaSmiGpu> cards = answer.log().map(NvidiaSmiLog::gpus).orElse(List.of());
    Map<PciAddress, Integer> indexes = new TreeMap<>();
    for (NvidiaSmiGpu card : cards) {
      card.uuid()
          .flatMap(answer.list()::ofUuid)
          .ifPresent(listed -> indexes.put(card.pciAddress(), listed.index()));
    }
    if (indexes.size() < cards.size() && answer.list().gpus().isEmpty()) {
      indexes.clear();
      // -q -x goes through the cards by their index; a matrix of another size is of other cards
      for (int i = 0; i < cards.size() && cards.size() == answer.topo().rows().size(); i++) {
        indexes.put(cards.get(i).pciAddress(), i);
      }
    }
    return new NvidiaTopology(indexes, answer.topo());
  }

  /** Lanes to the other cards, by their address. */
  Map<PciAddress, Integer> links(PciAddress card) {
    Map<PciAddress, Integer> links = new TreeMap<>();
    row(card)
        .map(Row::lanes)
        .orElse(Map.of())
        .forEach(
            (index, lanes) ->
                Optional.ofNullable(addresses.get(index))
                    .filter(peer -> !peer.equals(card))
                    .ifPresent(peer -> links.put(peer, lanes)));
    return links;
  }

  /** What the matrix says where the kernel says nothing. */
  Locality completed(PciAddress card, Locality ofKernel) {
    Locality told = row(card).map(Row::locality).orElse(Locality.UNKNOWN);
    return new Locality(
        ofKernel.numaNode().isPresent() ? ofKernel.numaNode() : told.numaNode(),
        ofKernel.localCpus().or(told::localCpus));
  }

  private Optional<Row> row(PciAddress card) {
    return Optional.ofNullable(indexes.get(card)).map(matrix.rows()::get);
  }

  /** The card in {@code -L}, by its UUID, or by being the only one in both. */
  static Optional<Listed> listed(NvidiaSmiGpu card, NvidiaAnswer answer) {
    boolean single =
        answer.list().gpus().size() == 1
            && answer.log().map(log -> log.gpus().size() == 1).orElse(false);
    return card.uuid()
        .flatMap(answer.list()::ofUuid)
        .or(() -> single ? Optional.of(answer.list().gpus().get(0)) : Optional.empty());
  }
}
