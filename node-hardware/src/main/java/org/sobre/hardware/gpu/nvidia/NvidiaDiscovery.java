package org.sobre.hardware.gpu.nvidia;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntPredicate;
import org.sobre.hardware.gpu.DoubleCards;
import org.sobre.hardware.gpu.Gpu;
import org.sobre.hardware.gpu.GpuInventory;
import org.sobre.hardware.gpu.GpuState;
import org.sobre.hardware.gpu.GpuVendor;
import org.sobre.hardware.gpu.PciDisplay;
import org.sobre.hardware.probe.SysRoot;
import org.sobre.hardware.probe.ToolRunner;
import org.sobre.hardware.units.PciAddress;
import org.sobre.hardware.units.Reading;
import org.sobre.hardware.units.Reading.Reason;

/**
 * The NVIDIA cards of a machine: what the tool answers, completed with what the PCI bus shows and
 * the tool does not answer for, so that a card never vanishes silently.
 */
public final class NvidiaDiscovery {

  /** While the driver loads this can be true of a card that answers a second later. */
  private static final String SILENT =
      "the PCI bus shows it, nvidia-smi answers for others and not for it";

  private final NvidiaSmiProbe probe;
  private final SysRoot root;

  /**
   * @param tool nvidia-smi, as a program name or path
   */
  public NvidiaDiscovery(ToolRunner runner, String tool, SysRoot root) {
    this.probe = new NvidiaSmiProbe(runner, tool);
    this.root = root;
  }

  /**
   * @param displays NVIDIA's functions on the bus; empty where the bus cannot be read
   */
  public GpuInventory discover(List<PciDisplay> displays, Duration deadline) {
    NvidiaAnswer answer = probe.ask(deadline);
    return GpuInventory.inPciOrder(
        reconcile(displays, answer, minor -> Files.exists(root.dev().resolve("nvidia" + minor))),
        List.of(answer.report()));
  }

  /**
   * Whether another scan may find this card usable without anybody doing anything: at boot, while
   * the driver loads. Not so of one that the driver itself calls lost or in need of a reset.
   */
  public static boolean mayStillCome(Gpu gpu, SysRoot root) {
    Optional<ProcGpu> bound =
        Optional.ofNullable(new NvidiaProc(root).gpus().get(gpu.pciAddress()));
    if (bound.map(ProcGpu::excluded).orElse(false)) {
      return false;
    }
    return switch (gpu.state()) {
      case OK ->
          gpu.device().isEmpty()
              && !gpu.partitioned()
              && bound.map(card -> card.minor().isPresent()).orElse(false);
      case LOST -> gpu.stateDetail().equals(Optional.of(SILENT));
      case NEEDS_RESET -> false;
      case UNREADABLE -> true;
    };
  }

  static List<Gpu> reconcile(
      List<PciDisplay> displays, NvidiaAnswer answer, IntPredicate deviceExists) {
    Map<PciAddress, Gpu> gpus = new LinkedHashMap<>();
    Optional<String> driver = answer.log().flatMap(NvidiaSmiLog::driver);
    for (NvidiaSmiGpu told : answer.log().map(NvidiaSmiLog::gpus).orElse(List.of())) {
      gpus.put(told.pciAddress(), answered(told, answer, driver, deviceExists));
    }
    DoubleCards.refuse(gpus);
    for (PciDisplay display : displays) {
      gpus.computeIfAbsent(display.address(), address -> unanswered(display, answer));
    }
    answer
        .faults()
        .forEach(
            (address, fault) -> gpus.computeIfAbsent(address, a -> silent(a, "NVIDIA GPU", fault)));
    return new ArrayList<>(gpus.values());
  }

  private static Gpu answered(
      NvidiaSmiGpu told, NvidiaAnswer answer, Optional<String> driver, IntPredicate deviceExists) {
    Optional<CardFault> fault = Optional.ofNullable(answer.faults().get(told.pciAddress()));
    boolean deviceThere = told.minor().isPresent() && deviceExists.test(told.minor().getAsInt());
    return new Gpu(
        0,
        GpuVendor.NVIDIA,
        told.model().orElse("NVIDIA GPU"),
        told.uuid(),
        told.pciAddress(),
        deviceThere
            ? Optional.of(Path.of("/dev/nvidia" + told.minor().getAsInt()))
            : Optional.empty(),
        told.memoryTotal(),
        told.memoryFree(),
        fault.map(CardFault::state).orElse(told.state()),
        fault
            .map(CardFault::text)
            .or(told::stateDetail)
            .or(() -> deviceThere ? Optional.empty() : Optional.of(noDevice(told))),
        told.architecture(),
        told.uuid().map(answer.computeCapabilities()::get),
        driver,
        told.migEnabled());
  }

  private static String noDevice(NvidiaSmiGpu told) {
    return told.minor().isPresent()
        ? "expected the device file /dev/nvidia"
            + told.minor().getAsInt()
            + ", found none; try: nvidia-modprobe -c="
            + told.minor().getAsInt()
        : "nvidia-smi gives no minor number, so its device file is not known";
  }

  private static Gpu unanswered(PciDisplay display, NvidiaAnswer answer) {
    String model = "NVIDIA GPU " + display.deviceId();
    CardFault named = answer.faults().get(display.address());
    return silent(display.address(), model, named == null ? guess(display, answer) : named);
  }

  private static CardFault guess(PciDisplay display, NvidiaAnswer answer) {
    if (display.driver().isPresent() && !display.driver().get().equals("nvidia")) {
      return new CardFault(
          GpuState.UNREADABLE,
          "bound to the kernel driver " + display.driver().get() + ", expected nvidia");
    }
    if (answer.log().isPresent() && !answer.log().get().gpus().isEmpty()) {
      return new CardFault(GpuState.LOST, SILENT);
    }
    String why =
        answer.log().isPresent()
            ? "answers and lists no card"
            : answer.report().detail().orElse("gave no answer");
    return new CardFault(GpuState.UNREADABLE, "nvidia-smi " + why);
  }

  private static Gpu silent(PciAddress address, String model, CardFault fault) {
    return new Gpu(
        0,
        GpuVendor.NVIDIA,
        model,
        Optional.empty(),
        address,
        Optional.empty(),
        Reading.unavailable(Reason.FAILED, fault.text()),
        Reading.unavailable(Reason.FAILED, fault.text()),
        fault.state(),
        Optional.of(fault.text()),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        false);
  }
}
