package org.sobre.hardware.gpu.amd;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.sobre.hardware.gpu.DoubleCards;
import org.sobre.hardware.gpu.Gpu;
import org.sobre.hardware.gpu.GpuInventory;
import org.sobre.hardware.gpu.RecordedAnswer;
import org.sobre.hardware.gpu.UnknownPlace;
import org.sobre.hardware.units.PciAddress;

/**
 * What a recorded text says of AMD cards, whichever tool printed it: rocm-smi (JSON, text, tables,
 * CSV) of ROCm 1 to 7, amd-smi (JSON, text, tables, CSV) of ROCm 5 to 7, or the kernel's files
 * written down by grep. Nothing is looked up on this machine.
 */
public final class AmdRecorded {

  /** Said of a card in a tool's answer. */
  private static final String RECORDED = "as recorded; its device file is not told";

  private static final String UNPLACED =
      "as recorded; this output does not tell its place on the bus";

  private static final String SYSFS = "grep -r \"\" /sys/class/drm/card*/device";

  private static final Set<AmdTextForm> CSV =
      Set.of(AmdTextForm.AMD_SMI_CSV, AmdTextForm.ROCM_SMI_CSV);

  private AmdRecorded() {}

  /**
   * The cards that a recorded output lists, in PCI order.
   *
   * @return empty for what is of no known form of AMD's; an empty list where AMD's tool says that
   *     it has no card, or could not ask. A card of which the text does not tell where it sits has
   *     an {@link UnknownPlace}
   * @throws IllegalArgumentException over 16 Mi characters
   */
  public static Optional<List<Gpu>> read(String text) {
    return answer(text).map(RecordedAnswer::gpus);
  }

  /**
   * Whether a text is CSV of one of AMD's tools. Names of its columns, as {@code gpu_uuid}, are
   * names of nvidia-smi's too; the first column, {@code gpu}, is not.
   *
   * @throws IllegalArgumentException as {@link #read}
   */
  public static boolean isCsv(String text) {
    return AmdCsv.isOne(AmdText.limited(text))
        && AmdTextForm.of(text).filter(CSV::contains).isPresent();
  }

  /**
   * All that a recorded output says.
   *
   * @return empty for what is of no known form of AMD's
   * @throws IllegalArgumentException as {@link #read}
   */
  public static Optional<RecordedAnswer> answer(String text) {
    return together(List.of(text));
  }

  /**
   * All that several outputs of one machine say: answers of one tool are joined by its numbers, as
   * amd-smi's {@code static}, which may leave the addresses out, and {@code list}; the kernel's
   * files are believed before the tools.
   *
   * @return empty where one of them is of no known form of AMD's, or there is none
   * @throws IllegalArgumentException as {@link #read}
   */
  public static Optional<RecordedAnswer> together(List<String> texts) {
    Map<AmdTextForm.Tool, AmdListing> told = new EnumMap<>(AmdTextForm.Tool.class);
    Set<String> forms = new LinkedHashSet<>();
    StringBuilder kernel = new StringBuilder();
    for (String text : texts) {
      if (AmdSysfsDump.isOne(AmdText.limited(text))) {
        kernel.append(text).append('\n');
        forms.add(SYSFS);
        continue;
      }
      Optional<AmdTextForm> form = AmdTextForm.of(text);
      if (form.isEmpty()) {
        return Optional.empty();
      }
      told.merge(form.get().tool(), form.get().parse(text), AmdListing::and);
      forms.add(form.get().command());
    }
    return forms.isEmpty()
        ? Optional.empty()
        : Optional.of(answer(String.join(", ", forms), kernel.toString(), told.values()));
  }

  private static RecordedAnswer answer(String form, String kernel, Iterable<AmdListing> listings) {
    List<AmdToolCard> told = List.of();
    List<String> messages = new ArrayList<>();
    for (AmdListing listing : listings) {
      listing.problem().ifPresent(messages::add);
      told = joined(told, listing.cards());
    }
    List<Gpu> gpus = kernel.isEmpty() ? toldOnly(told) : AmdSysfsDump.of(kernel).gpus(told);
    return new RecordedAnswer(form, GpuInventory.inPciOrder(gpus, List.of()).gpus(), messages);
  }

  /**
   * Two tools' words of a card are one; without a place they cannot be brought together. Several
   * devices of one tool at one place are parts of a card, in the same order as the other tool's.
   */
  private static List<AmdToolCard> joined(List<AmdToolCard> told, List<AmdToolCard> others) {
    List<AmdToolCard> joined = new ArrayList<>(told);
    Map<PciAddress, Deque<Integer>> places = new HashMap<>();
    for (int i = 0; i < told.size(); i++) {
      int place = i;
      told.get(i)
          .address()
          .ifPresent(at -> places.computeIfAbsent(at, a -> new ArrayDeque<>()).add(place));
    }
    for (AmdToolCard other : others) {
      Optional<Integer> same =
          other.address().map(places::get).map(Deque::poll); // absent where none is left
      same.ifPresentOrElse(
          i -> joined.set(i, joined.get(i).completedBy(other)), () -> joined.add(other));
    }
    return joined;
  }

  private static List<Gpu> toldOnly(List<AmdToolCard> cards) {
    Map<PciAddress, Gpu> gpus = new LinkedHashMap<>();
    ToldPackages.place(UnplacedCards.placed(cards), List.of())
        .forEach(
            (at, parts) ->
                gpus.put(
                    at, ToldCards.gpu(at, parts, UnknownPlace.isOne(at) ? UNPLACED : RECORDED)));
    DoubleCards.refuse(gpus);
    return new ArrayList<>(gpus.values());
  }
}
