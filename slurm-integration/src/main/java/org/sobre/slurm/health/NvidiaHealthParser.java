package org.sobre.slurm.health;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.sobre.hardware.gpu.GpuState;
import org.sobre.hardware.gpu.nvidia.CardFault;
import org.sobre.hardware.gpu.nvidia.NvidiaQueryFields;
import org.sobre.hardware.probe.ToolResult;
import org.sobre.hardware.units.PciAddress;

/**
 * What {@code nvidia-smi --query-gpu} says of the health of cards. Which columns there are is
 * negotiated: one that the driver does not know refuses the whole query.
 */
public final class NvidiaHealthParser {

  private static final String UUID = "uuid";
  private static final String ADDRESS = "pci.bus_id";

  /** Told by every card that works; a sick one has its fault there instead. */
  private static final String TEMPERATURE = "temperature.gpu";

  /** Since driver 565: None, Reset, Reboot, Drain P2P, Drain and Reset. */
  private static final String RECOVERY = "gpu_recovery_action";

  /** Each under its name since driver 535, and before. */
  private static final List<List<String>> HEAT =
      List.of(
          List.of(
              "clocks_event_reasons.hw_thermal_slowdown",
              "clocks_throttle_reasons.hw_thermal_slowdown"),
          List.of(
              "clocks_event_reasons.sw_thermal_slowdown",
              "clocks_throttle_reasons.sw_thermal_slowdown"));

  private static final int MOST_DETAIL = 100;

  private final List<String> fields;

  private NvidiaHealthParser(List<String> fields) {
    this.fields = List.copyOf(fields);
  }

  /** Empty if the text is not a driver's help that has at least a card's id, place and heat. */
  public static Optional<NvidiaHealthParser> forDriver(String helpQueryGpu) {
    NvidiaQueryFields known = NvidiaQueryFields.parse(helpQueryGpu);
    List<String> fields =
        new ArrayList<>(known.intersect(List.of(UUID, ADDRESS, TEMPERATURE, RECOVERY)));
    if (!fields.containsAll(List.of(UUID, ADDRESS, TEMPERATURE))) {
      return Optional.empty();
    }
    HEAT.forEach(names -> known.intersect(names).stream().findFirst().ifPresent(fields::add));
    return Optional.of(new NvidiaHealthParser(fields));
  }

  /**
   * The looks where no columns could be negotiated.
   *
   * @param help what the tool said when it was asked for its columns
   */
  public static List<CardLook> withoutColumns(List<HealthCard> cards, ToolResult help) {
    if (help.succeeded()) {
      return cards.stream()
          .map(c -> CardLook.unknown(c, "this nvidia-smi does not know the columns needed"))
          .toList();
    }
    return new NvidiaHealthParser(List.of(UUID, ADDRESS, TEMPERATURE)).read(cards, help);
  }

  /** What to ask, after the program's name. */
  public List<String> arguments() {
    return List.of("--query-gpu=" + String.join(",", fields), "--format=csv,noheader,nounits");
  }

  /**
   * One look for each card, from the tool's answer to {@link #arguments()}.
   *
   * @param cards that were asked for, all NVIDIA's
   */
  public List<CardLook> read(List<HealthCard> cards, ToolResult result) {
    return switch (result.ending()) {
      case NOT_FOUND, NOT_STARTED ->
          cards.stream().map(c -> CardLook.unknown(c, "nvidia-smi cannot be run")).toList();
      case TIMED_OUT ->
          cards.stream()
              .map(c -> CardLook.ill(c, CauseKind.HANGING, "nvidia-smi gave no answer in time"))
              .toList();
      case TOO_MUCH_OUTPUT ->
          cards.stream()
              .map(c -> CardLook.ill(c, CauseKind.FAILING, "nvidia-smi prints without end"))
              .toList();
      case EXITED -> answered(cards, result);
    };
  }

  private List<CardLook> answered(List<HealthCard> cards, ToolResult result) {
    List<String> lines = new ArrayList<>(result.stdout().lines().toList());
    lines.addAll(result.stderr().lines().toList());
    Map<PciAddress, CardFault> faults = CardFault.inMessages(lines);
    Map<PciAddress, List<String>> rows = new HashMap<>();
    lines.forEach(line -> row(line).ifPresent(cells -> rows.put(address(cells), cells)));
    String said = lines.stream().filter(line -> !line.isBlank()).findFirst().orElse("");
    List<CardLook> looks = new ArrayList<>();
    for (HealthCard card : cards) {
      Optional<CardFault> fault = Optional.ofNullable(faults.get(card.address()));
      Optional<List<String>> row = Optional.ofNullable(rows.get(card.address()));
      looks.add(
          fault.isPresent()
              ? faulty(card, fault.get())
              : row.map(cells -> look(card, cells))
                  .orElseGet(() -> silent(card, !rows.isEmpty() || !faults.isEmpty(), said)));
    }
    return looks;
  }

  private static CardLook faulty(HealthCard card, CardFault fault) {
    return CardLook.ill(
        card,
        fault.state() == GpuState.NEEDS_RESET ? CauseKind.NEEDS_RESET : CauseKind.LOST,
        shortened(fault.text()));
  }

  /** A card of which the tool says nothing: lost, if it speaks of others. */
  private static CardLook silent(HealthCard card, boolean speaksOfOthers, String said) {
    return speaksOfOthers
        ? CardLook.ill(card, CauseKind.LOST, "nvidia-smi does not list it")
        : CardLook.ill(
            card, CauseKind.FAILING, "nvidia-smi lists no card, and says: " + shortened(said));
  }

  private CardLook look(HealthCard card, List<String> cells) {
    for (String cell : cells) {
      String lower = cell.toLowerCase(Locale.ROOT);
      if (lower.contains("requires reset")) {
        return CardLook.ill(card, CauseKind.NEEDS_RESET, shortened(cell));
      }
    }
    String temperature = cell(cells, TEMPERATURE).toLowerCase(Locale.ROOT);
    if (temperature.contains("unknown error") || temperature.contains("err!")) {
      return CardLook.ill(card, CauseKind.FAILING, "its temperature: " + shortened(temperature));
    }
    String action = cell(cells, RECOVERY);
    if (action.matches("(?i)(reset|reboot|drain).{0,40}")) {
      return CardLook.ill(card, CauseKind.NEEDS_RESET, "the driver asks for: " + action);
    }
    return CardLook.well(
        card, HEAT.stream().flatMap(List::stream).anyMatch(f -> cell(cells, f).equals("Active")));
  }

  /** Empty for a line that is no row: the tool prints its messages between them. */
  private Optional<List<String>> row(String line) {
    List<String> cells = new ArrayList<>();
    for (String cell : line.split(",", -1)) {
      cells.add(cell.strip());
    }
    return cells.size() == fields.size()
            && cell(cells, UUID).startsWith("GPU-")
            && PciAddress.parse(cell(cells, ADDRESS)).isPresent()
        ? Optional.of(cells)
        : Optional.empty();
  }

  private PciAddress address(List<String> cells) {
    return PciAddress.parse(cell(cells, ADDRESS)).orElseThrow();
  }

  private String cell(List<String> cells, String field) {
    int column = fields.indexOf(field);
    return column < 0 ? "" : cells.get(column);
  }

  private static String shortened(String text) {
    return text.substring(0, Math.min(MOST_DETAIL, text.length()));
  }
}
