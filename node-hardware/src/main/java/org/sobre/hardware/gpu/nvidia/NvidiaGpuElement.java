package org.sobre.hardware.gpu.nvidia;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.sobre.hardware.gpu.GpuState;
import org.sobre.hardware.units.PciAddress;

/** Gathers the texts of one {@code <gpu>} element and says what they mean. Not thread-safe. */
final class NvidiaGpuElement {

  private static final String MODEL = "product_name";
  private static final String UUID = "uuid";
  private static final String MINOR = "minor_number";
  private static final String TOTAL = "fb_memory_usage/total";
  private static final String FREE = "fb_memory_usage/free";
  private static final String ARCHITECTURE = "product_architecture";
  private static final String MIG = "mig_mode/current_mig";
  private static final String BUS_ID = "pci/pci_bus_id";

  /** Before driver 570; then deprecated for {@link #RECOVERY}. */
  private static final String RESET = "gpu_reset_status/reset_required";

  /** {@code None}, {@code Reset}, {@code Reboot}, {@code Drain P2P}, {@code Drain and Reset}. */
  private static final String RECOVERY = "gpu_recovery_action";

  private static final Set<String> KEPT =
      Set.of(MODEL, UUID, MINOR, TOTAL, FREE, ARCHITECTURE, MIG, BUS_ID, RESET, RECOVERY);

  /** A fault here means that the card does not answer; elsewhere only that a sensor does not. */
  private static final List<String> VITAL = List.of(MODEL, UUID, MINOR, TOTAL);

  private final String id;
  private final Map<String, NvidiaText> texts = new HashMap<>();
  private Optional<String> resetText = Optional.empty();

  /**
   * @param id the element's attribute, {@code 00000000:01:00.0}; empty if it has none
   */
  NvidiaGpuElement(String id) {
    this.id = id;
  }

  /**
   * @param path element names below {@code <gpu>}, joined by slashes
   */
  void add(String path, String printed) {
    NvidiaText text = NvidiaText.of(printed);
    if (KEPT.contains(path)) {
      texts.putIfAbsent(path, text);
    }
    if (text.fault().equals(Optional.of(GpuState.NEEDS_RESET)) && resetText.isEmpty()) {
      resetText = Optional.of(path + ": " + text.text());
    }
  }

  NvidiaSmiGpu toGpu() throws NvidiaSmiFormatException {
    Fault fault = fault();
    return new NvidiaSmiGpu(
        address(),
        at(MODEL).value(),
        at(UUID).value(),
        at(MINOR).wholeNumber(),
        at(TOTAL).memory(),
        at(FREE).memory(),
        at(ARCHITECTURE).value().map(NvidiaGpuElement::firstWord),
        at(MIG).text().equals("Enabled"),
        fault.state(),
        fault.detail());
  }

  private PciAddress address() throws NvidiaSmiFormatException {
    return PciAddress.parse(id)
        .or(() -> PciAddress.parse(at(BUS_ID).text()))
        .orElseThrow(
            () ->
                new NvidiaSmiFormatException(
                    "expected a <gpu> with a PCI address as 00000000:01:00.0, found \""
                        + id
                        + "\" and \""
                        + at(BUS_ID).text()
                        + "\""));
  }

  private record Fault(GpuState state, Optional<String> detail) {}

  private Fault fault() {
    if (at(RESET).text().equals("Yes")) {
      return new Fault(GpuState.NEEDS_RESET, Optional.of("reset_required: Yes"));
    }
    String action = at(RECOVERY).text();
    if (action.contains("Reset") || action.equals("Reboot")) {
      return new Fault(GpuState.NEEDS_RESET, Optional.of("gpu_recovery_action: " + action));
    }
    if (resetText.isPresent()) {
      return new Fault(GpuState.NEEDS_RESET, resetText);
    }
    for (String path : VITAL) {
      Optional<GpuState> fault = at(path).fault();
      if (fault.isPresent()) {
        return new Fault(fault.get(), Optional.of(path + ": " + at(path).text()));
      }
    }
    return new Fault(GpuState.OK, Optional.empty());
  }

  private NvidiaText at(String path) {
    return texts.getOrDefault(path, new NvidiaText(""));
  }

  private static String firstWord(String architecture) {
    int blank = architecture.indexOf(' ');
    return (blank < 0 ? architecture : architecture.substring(0, blank)).toLowerCase(Locale.ROOT);
  }
}
