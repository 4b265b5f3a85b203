package org.sobre.slurm.registration;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.regex.Pattern;
import org.sobre.hardware.gpu.DriverBinding;
import org.sobre.hardware.gpu.Gpu;
import org.sobre.hardware.gpu.GpuState;
import org.sobre.hardware.gpu.GpuVendor;
import org.sobre.hardware.node.NodeDescription;
import org.sobre.hardware.units.MemorySize;
import org.sobre.slurm.node.GresEntry;
import org.sobre.slurm.node.MissingGpu;
import org.sobre.slurm.node.NodeDocument;
import org.sobre.slurm.node.PublishedGpu;

/**
 * Which GPUs a node should have and has not: those it gave to Slurm when it last ran, those it
 * missed then, and those that the PCI bus shows and that do not work. Pure.
 *
 * <p>A card that stands where another stood was put there by somebody: each newcomer makes up for
 * one that has gone. A card that never worked since this node first spoke of it, and that nobody
 * misses, is accepted: a card too old for its driver is no loss. Nor is one that another kernel
 * driver has, if it was not given to Slurm: a virtual machine's, or the console's.
 */
final class MissingGpus {

  /** Why a card that works is not offered, when that is as it should be. */
  private static final Set<String> BY_CHOICE = Set.of("display-only", "partitioned");

  /** MIG and Instinct partitions in a type name: {@code nvidia_a100_3g.20gb}. */
  private static final Pattern PARTITION_TYPE =
      Pattern.compile("\\d+g\\.\\d+gb|_(cpx|dpx|qpx|tpx)");

  private MissingGpus() {}

  /**
   * @param last what the node last said of itself
   */
  static List<MissingGpu> of(Optional<LastBoot> last, NodeDescription now, MemorySize offerFrom) {
    List<Gpu> well = now.gpus().stream().filter(gpu -> isThere(gpu, offerFrom)).toList();
    List<MissingGpu> expected = last.map(l -> expected(l, now.at(), offerFrom)).orElse(List.of());
    List<MissingGpu> gone = new ArrayList<>(expected);
    List<Gpu> unpaired = new ArrayList<>(well);
    // each card stands for one that was expected: of like cards whose bus numbers have moved up,
    // one may be gone
    pair(gone, unpaired, MissingGpus::isSameCard);
    pair(gone, unpaired, MissingGpus::isLikeItInItsPlace);
    unpaired.stream()
        .filter(gpu -> last.isPresent() && isOffered(gpu, offerFrom))
        .forEach(newcomer -> makeUpFor(newcomer, gone));
    for (Gpu gpu : now.gpus()) {
      MissingGpu broken = missing(gpu, now.at());
      if (gone.stream().noneMatch(broken::isSameAs) && isBroken(gpu, last, now, offerFrom)) {
        gone.add(broken);
      }
    }
    return gone;
  }

  /**
   * From Slurm's record alone, where nothing else remembers the last boot: how many GPUs of which
   * type it had more.
   *
   * @param known count by {@code gpu:type} in Slurm's record
   * @param here the same of what is published now
   */
  static List<MissingGpu> of(Map<String, Integer> known, Map<String, Integer> here, Instant now) {
    List<MissingGpu> missing = new ArrayList<>();
    boolean partitions =
        known.keySet().stream().anyMatch(type -> PARTITION_TYPE.matcher(type).find())
            || here.keySet().stream().anyMatch(type -> PARTITION_TYPE.matcher(type).find());
    int fewer = gpus(known) - gpus(here);
    if (partitions) {
      return missing;
    }
    for (Map.Entry<String, Integer> type : known.entrySet()) {
      int gone = type.getValue() - here.getOrDefault(type.getKey(), 0);
      for (int i = 0; i < gone && type.getKey().startsWith("gpu:") && missing.size() < fewer; i++) {
        missing.add(
            new MissingGpu(
                Optional.empty(),
                Optional.empty(),
                type.getKey().substring("gpu:".length()),
                now,
                false));
      }
    }
    return missing;
  }

  private static int gpus(Map<String, Integer> counts) {
    return counts.entrySet().stream()
        .filter(type -> type.getKey().startsWith("gpu"))
        .mapToInt(Map.Entry::getValue)
        .sum();
  }

  /** What was given to Slurm or missed then. */
  private static List<MissingGpu> expected(LastBoot last, Instant now, MemorySize offerFrom) {
    List<MissingGpu> expected = new ArrayList<>(last.shortfall().missing());
    for (MissingGpu card :
        last.shortfall().refused().isPresent()
            ? well(last.document(), now, offerFrom)
            : given(last.document(), now)) {
      if (expected.stream().noneMatch(card::isSameAs)) {
        expected.add(card);
      }
    }
    return expected;
  }

  private static List<MissingGpu> given(NodeDocument document, Instant now) {
    Map<String, MissingGpu> boards = new LinkedHashMap<>();
    for (GresEntry entry : document.gres()) {
      Optional<PublishedGpu> card =
          document.gpus().stream()
              .filter(gpu -> gpu.device().filter(entry.board()::equals).isPresent())
              .findFirst();
      boards.putIfAbsent(
          entry.board(),
          new MissingGpu(
              Optional.of(entry.board()),
              card.map(PublishedGpu::pciAddress),
              card.map(PublishedGpu::model).orElse(entry.type()),
              now,
              false));
    }
    return List.copyOf(boards.values());
  }

  /** Of a node whose description slurmd refused, so that it gave none. */
  private static List<MissingGpu> well(NodeDocument document, Instant now, MemorySize offerFrom) {
    return document.gpus().stream()
        .filter(PublishedGpu::usable)
        .filter(gpu -> gpu.memoryTotalMebibytes().orElse(0) >= offerFrom.mebibytes())
        .map(
            gpu ->
                new MissingGpu(
                    gpu.device(), Optional.of(gpu.pciAddress()), gpu.model(), now, false))
        .toList();
  }

  /** Takes those out of both lists that match, one for one. */
  private static void pair(
      List<MissingGpu> cards, List<Gpu> gpus, BiPredicate<MissingGpu, Gpu> isBack) {
    cards.removeIf(
        card -> {
          Optional<Gpu> match = gpus.stream().filter(gpu -> isBack.test(card, gpu)).findFirst();
          match.ifPresent(gpus::remove);
          return match.isPresent();
        });
  }

  /** Wherever it is plugged in now. */
  private static boolean isSameCard(MissingGpu card, Gpu gpu) {
    return card.device().isPresent() && card.device().equals(gpu.uuid());
  }

  private static boolean isLikeItInItsPlace(MissingGpu card, Gpu gpu) {
    return card.pciAddress().filter(gpu.pciAddress()::equals).isPresent()
        && card.model().equals(gpu.model());
  }

  private static void makeUpFor(Gpu newcomer, List<MissingGpu> gone) {
    Optional<MissingGpu> itsPlace =
        gone.stream()
            .filter(card -> card.pciAddress().filter(newcomer.pciAddress()::equals).isPresent())
            .findFirst();
    if (itsPlace.isPresent()) {
      gone.remove(itsPlace.get());
    } else if (!gone.isEmpty()) {
      gone.remove(gone.size() - 1);
    }
  }

  private static boolean isOffered(Gpu gpu, MemorySize offerFrom) {
    return gpu.whyNotOffered(offerFrom).isEmpty()
        || gpu.partitions().stream().anyMatch(part -> part.whyNotOffered().isEmpty());
  }

  private static boolean isThere(Gpu gpu, MemorySize offerFrom) {
    return gpu.state() == GpuState.OK
        && (isOffered(gpu, offerFrom)
            || gpu.whyNotOffered(offerFrom).filter(BY_CHOICE::contains).isPresent());
  }

  /** Whether a card that does not work is one that should. */
  private static boolean isBroken(
      Gpu gpu, Optional<LastBoot> last, NodeDescription now, MemorySize offerFrom) {
    boolean small =
        gpu.memoryTotal().measured().filter(total -> total.compareTo(offerFrom) < 0).isPresent();
    if (isThere(gpu, offerFrom)
        || small
        || DriverBinding.isElsewhere(gpu)
        || isAccepted(gpu, last, offerFrom)) {
      return false;
    }
    // a processor's own graphics without a driver look the same: AMD's count beside cards that work
    return gpu.vendor() == GpuVendor.NVIDIA
        || gpu.state() != GpuState.UNREADABLE
        || now.gpus().stream().anyMatch(g -> g.vendor() == GpuVendor.AMD && isThere(g, offerFrom));
  }

  /** The node spoke of it, did not give it to Slurm, and nobody missed it. */
  private static boolean isAccepted(Gpu gpu, Optional<LastBoot> last, MemorySize offerFrom) {
    MissingGpu card = missing(gpu, Instant.EPOCH);
    return last.isPresent()
        && last.get().document().gpus().stream()
            .anyMatch(known -> known.pciAddress().equals(gpu.pciAddress()))
        && expected(last.get(), Instant.EPOCH, offerFrom).stream().noneMatch(card::isSameAs);
  }

  private static MissingGpu missing(Gpu gpu, Instant now) {
    return new MissingGpu(gpu.uuid(), Optional.of(gpu.pciAddress()), gpu.model(), now, false);
  }
}
