package org.sobre.slurm.registration;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.sobre.slurm.command.NodeRecord;
import org.sobre.slurm.node.GresEntry;
import org.sobre.slurm.node.MissingGpu;
import org.sobre.slurm.node.PublishedGpu;
import org.sobre.slurm.node.Shortfall;
import org.sobre.slurm.registration.OwnReason.MissingInWords;

/**
 * What a node misses, by what Slurm's record adds to its own document: an admin who has resumed the
 * node knows of what was missing then; and where nobody else remembers the boot before, the record
 * does, by our own reason and by its count of GPUs. Pure.
 */
final class RecordedShortfall {

  private RecordedShortfall() {}

  /** Of a record that stays. */
  static Shortfall of(PublishedDocument now, NodeRecord record) {
    Shortfall shortfall = unknownToAdmin(now, record);
    return shortfall.comparedWith().isPresent()
        ? shortfall
        : shortfall.withMissing(remembered(now.with(shortfall), record));
  }

  /** Of a record that goes: a new one knows of no drain, so each is to be said again. */
  static Shortfall ofReplaced(PublishedDocument now, NodeRecord record) {
    return undrained(of(now, record));
  }

  static Shortfall undrained(Shortfall shortfall) {
    return shortfall.withMissing(
        shortfall.missing().stream().map(gpu -> gpu.drained(false)).toList());
  }

  /** The share may not know yet that the node was drained: the record's comment does. */
  private static Shortfall unknownToAdmin(PublishedDocument now, NodeRecord record) {
    Shortfall shortfall = now.shortfall();
    if (record.isDrained()) {
      return shortfall;
    }
    boolean told =
        NodeComment.says(record.comment(), now.document().digest())
            && NodeComment.tellsOf(record.comment(), shortfall.missing());
    return shortfall.withMissing(
        shortfall.missing().stream().filter(gpu -> !told && !gpu.drained()).toList());
  }

  /** Who are not here of those that our reason names, and as many more as it or Slurm counts. */
  private static List<MissingGpu> remembered(PublishedDocument now, NodeRecord record) {
    List<MissingGpu> missing = new ArrayList<>(now.shortfall().missing());
    boolean refused = now.shortfall().refused().isPresent();
    List<MissingGpu> byCount =
        refused
            ? List.of()
            : MissingGpus.of(record.gres(), Registration.gres(now.document()), now.at());
    Optional<MissingInWords> told =
        record.reason().filter(r -> record.isDrained()).flatMap(r -> OwnReason.read(r, now.at()));
    if (told.isEmpty()) {
      return missing.isEmpty() ? byCount : missing;
    }
    // another card may have taken the place of one that is named, or its name be cut off
    int due = told.get().inAll() - (refused ? 0 : cardsHere(now));
    told.get().named().stream()
        .filter(gpu -> !isHere(gpu, now) && missing.stream().noneMatch(gpu::isSameAs))
        .limit(Math.max(0, due - missing.size()))
        .forEach(missing::add);
    if (!refused) {
      fill(missing, due, byCount, now);
    }
    return missing;
  }

  /** The reason names three at most, and does not know of those that have gone since. */
  private static void fill(
      List<MissingGpu> missing, int due, List<MissingGpu> byCount, PublishedDocument now) {
    for (int i = 0; missing.size() < due; i++) {
      missing.add(
          i < byCount.size()
              ? byCount.get(i)
              : new MissingGpu(Optional.empty(), Optional.empty(), "GPU", now.at(), true));
    }
  }

  private static boolean isHere(MissingGpu card, PublishedDocument now) {
    return now.document().gpus().stream()
        .filter(PublishedGpu::usable)
        .anyMatch(
            gpu ->
                card.device().isPresent()
                    ? card.device().equals(gpu.device())
                    : card.pciAddress().filter(gpu.pciAddress()::equals).isPresent());
  }

  private static int cardsHere(PublishedDocument now) {
    return (int) now.document().gres().stream().map(GresEntry::board).distinct().count();
  }
}
