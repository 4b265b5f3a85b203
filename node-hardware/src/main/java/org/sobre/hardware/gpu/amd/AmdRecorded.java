package org.sobre.hardware.gpu.amd;

import java.util.ArrayList;
import java.util.EnumMap;
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
    List<List<AmdToolCard>> answers = new ArrayList<>();
    List<String> messages = new ArrayList<>();
    for (AmdListing listing : listings) {
      listing.problem().ifPresent(messages::add);
      answers.add(listing.cards());
    }
    List<AmdToolCard> told = JoinedTools.of(answers, messages::add);
    List<Gpu> gpus = kernel.isEmpty() ? toldOnly(told) : AmdSysfsDump.of(kernel).gpus(told);
    return new RecordedAnswer(form, GpuInventory.inPciOrder(gpus, List.of()).gpus(), messages);
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
