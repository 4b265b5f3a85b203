package org.sobre.daemon;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sobre.energy.ledger.JobLine;
import org.sobre.energy.ledger.JobLine.HeldGpu;
import org.sobre.hardware.json.JsonShapeException;
import org.sobre.slurm.health.HealthCard;
import org.sobre.slurm.node.GresEntry;
import org.sobre.slurm.node.NodeDocument;
import org.sobre.slurm.node.NodeDocumentCodec;
import org.sobre.slurm.node.PartitionShare;
import org.sobre.slurm.node.PublishedGpu;

/**
 * What the node has published of itself: which device a position in Slurm's words is. Read again
 * whenever the file is replaced; quietly absent until it is there.
 */
final class PublishedNode implements NodeInventory {

  private static final Logger LOG = LoggerFactory.getLogger(PublishedNode.class);

  private final Path file;
  private final StateChange state;
  private FileTime readAt = FileTime.fromMillis(0);
  private Optional<NodeDocument> document = Optional.empty();

  PublishedNode(Path file) {
    this.file = file;
    this.state = new StateChange(LOG, file.toString());
  }

  @Override
  public boolean refresh() {
    try {
      FileTime modified = Files.getLastModifiedTime(file);
      if (modified.equals(readAt)) {
        return false;
      }
      document = Optional.of(NodeDocumentCodec.read(Files.readString(file)));
      readAt = modified;
      state.fine();
      return true;
    } catch (NoSuchFileException e) {
      // Not published yet, or being replaced: the document known stays in force.
      return false;
    } catch (IOException e) {
      state.trouble("cannot be read: " + e);
    } catch (JsonShapeException e) {
      state.trouble("expected a node document: " + e.getMessage());
    }
    return false;
  }

  /** The cards that stand behind what Slurm was given; empty while the node is not known. */
  Optional<List<HealthCard>> cardsOfSlurm() {
    return document.map(
        node -> {
          Set<String> boards =
              node.gres().stream().map(GresEntry::board).collect(Collectors.toSet());
          List<HealthCard> cards = new ArrayList<>();
          for (int i = 0; i < node.gpus().size(); i++) {
            PublishedGpu gpu = node.gpus().get(i);
            if (gpu.device().filter(boards::contains).isPresent()) {
              cards.add(
                  new HealthCard(i, gpu.vendor(), gpu.device().orElseThrow(), gpu.pciAddress()));
            }
          }
          return cards;
        });
  }

  /** Whether the document is there and names no GPU, not even one that is lost. */
  boolean isWithoutGpu() {
    return document.filter(node -> node.gpus().isEmpty()).isPresent();
  }

  @Override
  public OptionalInt cpus() {
    return document.isPresent()
        ? OptionalInt.of(document.get().cpu().threads())
        : OptionalInt.empty();
  }

  /** Also those that are not given to Slurm: they draw power too. */
  @Override
  public Optional<List<PublishedGpu>> gpus() {
    return document.map(
        node ->
            node.gpus().stream().filter(gpu -> gpu.usable() && gpu.device().isPresent()).toList());
  }

  @Override
  public Optional<List<HeldGpu>> gpusAt(List<Integer> positions) {
    if (positions.isEmpty()) {
      return Optional.of(List.of());
    }
    return document.map(
        node -> {
          List<HeldGpu> held = new ArrayList<>();
          for (int position : positions) {
            if (position < node.gres().size()) {
              held.add(held(node.gres().get(position), node));
            } else {
              state.trouble("a job holds GPU " + position + ", the node has " + node.gres().size());
            }
          }
          return held;
        });
  }

  @Override
  public Optional<HeldGpu> wholeGpu(String device) {
    return document.flatMap(
        node ->
            node.gres().stream()
                .filter(gres -> gres.board().equals(device) && gres.partition().isEmpty())
                .map(gres -> held(gres, node))
                .findFirst());
  }

  @Override
  public boolean isForOneJob(String device) {
    List<GresEntry> entries =
        document.map(NodeDocument::gres).orElse(List.of()).stream()
            .filter(entry -> entry.board().equals(device))
            .toList();
    return !entries.isEmpty()
        && entries.stream()
            .allMatch(entry -> entry.partition().isEmpty() && entry.shards().isEmpty());
  }

  /** Under its board, which has the meters. */
  private static HeldGpu held(GresEntry gres, NodeDocument node) {
    return new HeldGpu(
        gres.board(),
        gres.type(),
        gres.partition().map(GresEntry.Partition::profile),
        OptionalLong.empty(),
        BigDecimal.valueOf(PartitionShare.billionths(gres, node), JobLine.FRACTION_DECIMALS),
        gres.partition().isPresent() ? OptionalLong.empty() : memory(gres.board(), node));
  }

  private static OptionalLong memory(String board, NodeDocument node) {
    return node.gpus().stream()
        .filter(gpu -> gpu.device().equals(Optional.of(board)))
        .findFirst()
        .map(PublishedGpu::memoryTotalMebibytes)
        .orElse(OptionalLong.empty());
  }
}
