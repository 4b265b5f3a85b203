package org.sobre.hardware.gpu.nvidia;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.sobre.hardware.gpu.GpuState;
import org.sobre.hardware.units.PciAddress;

/**
 * Gathers what was printed about one card, in whatever form, under the paths that the XML has for
 * it, and says what it means. Not thread-safe.
 */
final class NvidiaGpuFacts {

  static final String MODEL = "product_name";
  static final String UUID = "uuid";
  static final String MINOR = "minor_number";
  static final String TOTAL = "fb_memory_usage/total";
  static final String FREE = "fb_memory_usage/free";
  static final String ARCHITECTURE = "product_architecture";
  static final String COMPUTE_CAPABILITY = "compute_cap";
  static final String MIG = "mig_mode/current_mig";
  static final String BUS_ID = "pci/pci_bus_id";
  static final String TEMPERATURE = "temperature/gpu_temp";
  static final String UTILIZATION = "utilization/gpu_util";

  static final String FAN = "fan_speed";

  /** Of drivers before 570, and of a query. */
  static final String POWER = "power_draw";

  /** Of drivers from 570 on. */
  static final String INSTANT_POWER = "gpu_power_readings/instant_power_draw";

  static final String SM_CLOCK = "clocks/sm_clock";
  static final String ECC = "ecc_mode/current_ecc";

  /** P0 to P12. */
  static final String PERFORMANCE = "performance_state";

  /** Before driver 570; then deprecated for {@link #RECOVERY}. */
  static final String RESET = "gpu_reset_status/reset_required";

  /** {@code None}, {@code Reset}, {@code Reboot}, {@code Drain P2P}, {@code Drain and Reset}. */
  static final String RECOVERY = "gpu_recovery_action";

  static final String MIG_INDEX = "index";
  static final String GPU_INSTANCE = "gpu_instance_id";
  static final String COMPUTE_INSTANCE = "compute_instance_id";

  /** A fault here means that the card does not answer; elsewhere only that a sensor does not. */
  private static final List<String> VITAL = List.of(MODEL, UUID, MINOR, TOTAL);

  /**
   * A sensor may fail alone, and a tool newer than the driver asks for a MIG mode that this does
   * not know; where several of these fail, it is the card.
   */
  private static final List<String> SENSES =
      List.of(
          TEMPERATURE,
          UTILIZATION,
          PERFORMANCE,
          SM_CLOCK,
          FREE,
          FAN,
          POWER,
          INSTANT_POWER,
          ECC,
          MIG);

  /** Drivers before 331 knew of one memory only. */
  private static final Map<String, String> FORMER =
      Map.of("memory_usage/total", TOTAL, "memory_usage/free", FREE);

  /** Whoever runs a program gives it its name: no word there is the driver's. */
  private static final String OF_PROCESSES = "process";

  private static final Map<String, List<String>> OF_CARD =
      PathTexts.byLast(
          MODEL,
          UUID,
          MINOR,
          TOTAL,
          FREE,
          ARCHITECTURE,
          COMPUTE_CAPABILITY,
          MIG,
          BUS_ID,
          TEMPERATURE,
          UTILIZATION,
          PERFORMANCE,
          SM_CLOCK,
          ECC,
          FAN,
          POWER,
          INSTANT_POWER,
          RESET,
          RECOVERY);
  private static final Map<String, List<String>> OF_MIG =
      PathTexts.byLast(MIG_INDEX, GPU_INSTANCE, COMPUTE_INSTANCE, TOTAL, FREE);

  /** A card has up to 7 GPU instances of up to 7 compute instances. */
  private static final int MOST_MIG_DEVICES = 49;

  private final PathTexts card = new PathTexts(OF_CARD);
  private final List<PathTexts> migs = new ArrayList<>();
  private final Map<GpuState, String> said = new HashMap<>();
  private String index = "";

  /**
   * @param path element names below {@code <gpu>}, joined by slashes
   */
  void add(String path, String printed) {
    if (path.contains(OF_PROCESSES)) {
      return;
    }
    NvidiaText text = NvidiaText.of(printed);
    card.add(FORMER.getOrDefault(path, path), text);
    text.fault()
        .filter(Predicate.not(GpuState.UNREADABLE::equals))
        .ifPresent(fault -> said.putIfAbsent(fault, path + ": " + text.text()));
  }

  /** What {@link #addToMig} adds from now on is another MIG device's. */
  void beginMig() throws NvidiaSmiFormatException {
    if (migs.size() == MOST_MIG_DEVICES) {
      throw new NvidiaSmiFormatException(
          "expected at most " + MOST_MIG_DEVICES + " MIG devices in a card, found more");
    }
    migs.add(new PathTexts(OF_MIG));
  }

  /**
   * @param path element names below {@code <mig_device>}, joined by slashes
   * @throws IllegalStateException before {@link #beginMig}
   */
  void addToMig(String path, String printed) {
    if (migs.isEmpty()) {
      throw new IllegalStateException("no MIG device has begun");
    }
    migs.get(migs.size() - 1).add(path, NvidiaText.of(printed));
  }

  /**
   * The card; empty where no PCI address was printed, as for the GPU of a Jetson.
   *
   * @param id the card's heading, which is its address, or empty
   */
  Optional<NvidiaSmiGpu> toGpu(String id) {
    return PciAddress.parse(id).or(() -> PciAddress.parse(at(BUS_ID).text())).map(this::at);
  }

  /** nvidia-smi's own number of the card, where the form tells it. */
  void index(String printed) {
    index = printed.strip();
  }

  /** Something to call a card by that has no address. */
  String name() {
    String name = at(MODEL).value().or(at(UUID)::value).orElse("");
    GpuState state = fault().state();
    String words =
        Stream.of("GPU", index, name, state == GpuState.OK ? "" : "(" + state.jsonName() + ")")
            .filter(word -> !word.isEmpty())
            .collect(Collectors.joining(" "));
    return words.equals("GPU") ? "a GPU" : words;
  }

  /** The card, said to sit there. */
  NvidiaSmiGpu at(PciAddress address) {
    Fault fault = fault();
    boolean migEnabled = at(MIG).text().equalsIgnoreCase("Enabled");
    return new NvidiaSmiGpu(
        address,
        at(MODEL).value(),
        at(UUID).value(),
        at(MINOR).wholeNumber(),
        at(TOTAL).memory(),
        at(FREE).memory(),
        at(ARCHITECTURE).value().map(NvidiaGpuFacts::firstWord),
        at(COMPUTE_CAPABILITY).value().filter(text -> text.matches("\\d{1,2}\\.\\d{1,2}")),
        migEnabled,
        migEnabled ? migDevices() : List.of(),
        fault.state(),
        fault.detail());
  }

  private List<MigDevice> migDevices() {
    List<MigDevice> devices = new ArrayList<>();
    for (PathTexts mig : migs) {
      devices.add(
          new MigDevice(
              mig.at(MIG_INDEX).wholeNumber().orElse(devices.size()),
              mig.at(GPU_INSTANCE).wholeNumber(),
              mig.at(COMPUTE_INSTANCE).wholeNumber(),
              mig.at(TOTAL).memory(),
              mig.at(FREE).memory()));
    }
    return devices;
  }

  private record Fault(GpuState state, Optional<String> detail) {}

  private Fault fault() {
    if (said.containsKey(GpuState.LOST)) {
      return new Fault(GpuState.LOST, Optional.ofNullable(said.get(GpuState.LOST)));
    }
    if (at(RESET).text().equalsIgnoreCase("Yes")) {
      return new Fault(GpuState.NEEDS_RESET, Optional.of("reset_required: Yes"));
    }
    String action = at(RECOVERY).text();
    if (action.contains("Reset") || action.equals("Reboot")) {
      return new Fault(GpuState.NEEDS_RESET, Optional.of("gpu_recovery_action: " + action));
    }
    if (said.containsKey(GpuState.NEEDS_RESET)) {
      return new Fault(GpuState.NEEDS_RESET, Optional.ofNullable(said.get(GpuState.NEEDS_RESET)));
    }
    List<String> vital = faulty(VITAL);
    List<String> senses = faulty(SENSES);
    return vital.isEmpty() && senses.size() < 2
        ? new Fault(GpuState.OK, Optional.empty())
        : new Fault(
            GpuState.UNREADABLE, Optional.of(vital.isEmpty() ? senses.get(0) : vital.get(0)));
  }

  private List<String> faulty(List<String> paths) {
    return paths.stream()
        .filter(path -> at(path).fault().isPresent())
        .map(path -> path + ": " + at(path).text())
        .toList();
  }

  private NvidiaText at(String path) {
    return card.at(path);
  }

  private static String firstWord(String architecture) {
    int blank = architecture.indexOf(' ');
    return (blank < 0 ? architecture : architecture.substring(0, blank)).toLowerCase(Locale.ROOT);
  }
}
