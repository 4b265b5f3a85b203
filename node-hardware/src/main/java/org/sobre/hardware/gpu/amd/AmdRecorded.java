package org.sobre.hardware.gpu.amd;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.sobre.hardware.gpu.DoubleCards;
import org.sobre.hardware.gpu.Gpu;
import org.sobre.hardware.gpu.GpuInventory;
import org.sobre.hardware.units.PciAddress;

/**
 * What a recorded text says of AMD cards, whichever tool printed it: rocm-smi (JSON, text, table,
 * CSV) of ROCm 1 to 7, amd-smi (JSON, text, tables, CSV) of ROCm 5 to 7, or the kernel's files
 * written down by grep. Nothing is looked up on this machine.
 */
public final class AmdRecorded {

  /** Said of a card in a recording, whose device file is not in it. */
  private static final String RECORDED = "as recorded; its device file is not told";

  private static final String UNPLACED =
      "as recorded; this output does not tell its place on the bus";

  private static final Pattern NOTHING =
      Pattern.compile(
          "(?i)amdgpu[a-z0-9_, ]* not found in modules|no JSON data to report|AMDSMI Tool:"
              + "|usage: (amd|rocm)-smi|^(amd|rocm)-smi: error|AMD-SMI Command ");

  private AmdRecorded() {}

  /**
   * @return the cards in PCI order, or empty where the text is of no known form of AMD's; an empty
   *     list where AMD's tool says that it has no card, or could not ask. A card of which the text
   *     does not tell the place has one of {@link UnplacedCards}
   * @throws IllegalArgumentException over 16 Mi characters
   */
  public static Optional<List<Gpu>> read(String text) {
    String printed = AmdText.limited(text);
    Optional<List<Gpu>> ofKernel = AmdSysfsDump.read(printed);
    return (ofKernel.isPresent() ? ofKernel : listing(printed).map(AmdRecorded::gpus))
        .map(gpus -> GpuInventory.inPciOrder(gpus, List.of()).gpus());
  }

  private static Optional<AmdListing> listing(String printed) {
    if (RocmSmiText.isOne(printed)) {
      return Optional.of(RocmSmiText.parse(printed));
    }
    if (AmdSmiText.isOne(printed)) {
      return Optional.of(AmdSmiText.parse(printed));
    }
    Optional<AmdListing> json = json(printed);
    return json.isPresent() ? json : table(printed);
  }

  private static Optional<AmdListing> table(String printed) {
    if (AmdTables.isRocm(printed)) {
      return Optional.of(AmdTables.rocm(printed));
    }
    if (AmdTables.isAmdSmi(printed)) {
      return Optional.of(AmdTables.amdSmi(printed));
    }
    if (AmdLinks.isTable(printed)) {
      return Optional.of(AmdLinks.ofTables(printed));
    }
    if (AmdTables.isMonitor(printed)) {
      return Optional.of(AmdTables.monitor(printed));
    }
    Optional<AmdListing> csv =
        Optional.of(printed)
            .filter(AmdCsv::isOne)
            .map(AmdCsv::parse)
            .filter(listing -> !listing.cards().isEmpty());
    return csv.isPresent() ? csv : nothing(printed);
  }

  private static Optional<AmdListing> json(String printed) {
    JsonTexts texts = JsonTexts.in(printed);
    boolean rocm =
        texts.documents().stream()
            .anyMatch(
                document ->
                    document instanceof Map<?, ?> map
                        && map.keySet().stream().anyMatch(RocmSmiTree::isCard));
    if (rocm) {
      return Optional.of(RocmSmiTree.listing(texts.documents(), Map.of(), texts.problem()));
    }
    boolean amdSmi =
        texts.documents().stream()
            .flatMap(document -> AmdSmiTree.entries(document).stream())
            .anyMatch(AmdSmiTree::isDevice);
    return amdSmi
        ? Optional.of(AmdSmiTree.listing(texts.documents(), texts.problem()))
        : Optional.empty();
  }

  /** The tools' words where they have no card to show. */
  private static Optional<AmdListing> nothing(String printed) {
    return AmdText.lines(printed).anyMatch(line -> NOTHING.matcher(line).find())
        ? Optional.of(AmdListing.of(List.of(), Optional.empty(), "the tool shows no card"))
        : Optional.empty();
  }

  private static List<Gpu> gpus(AmdListing listing) {
    Map<PciAddress, List<AmdToolCard>> places =
        ToldPackages.place(UnplacedCards.placed(listing.cards()), List.of());
    Map<PciAddress, Gpu> gpus = new LinkedHashMap<>();
    places.forEach(
        (address, cards) ->
            gpus.put(
                address,
                ToldCards.gpu(address, cards, UnplacedCards.isOne(address) ? UNPLACED : RECORDED)));
    DoubleCards.refuse(gpus);
    return new ArrayList<>(gpus.values());
  }
}
