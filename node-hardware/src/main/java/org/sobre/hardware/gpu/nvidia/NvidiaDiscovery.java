package org.sobre.hardware.gpu.nvidia;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.stream.IntStream;
import org.sobre.hardware.gpu.DoubleCards;
import org.sobre.hardware.gpu.Gpu;
import org.sobre.hardware.gpu.GpuInventory;
import org.sobre.hardware.gpu.GpuState;
import org.sobre.hardware.gpu.GpuVendor;
import org.sobre.hardware.gpu.PciDisplay;
import org.sobre.hardware.gpu.PciLocality;
import org.sobre.hardware.gpu.UnknownPlace;
import org.sobre.hardware.probe.SysRoot;
import org.sobre.hardware.probe.ToolRunner;
import org.sobre.hardware.units.PciAddress;

/**
 * The NVIDIA cards of a machine: what the tool answers, completed with what the PCI bus shows and
 * the tool does not answer for, so that a card never vanishes silently.
 */
public final class NvidiaDiscovery {

  private final NvidiaSmiProbe probe;
  private final SysRoot root;

  /**
   * @param tool nvidia-smi, as a program name or path
   * @param executor runs the tool's questions beside each other
   */
  public NvidiaDiscovery(ToolRunner runner, String tool, SysRoot root, Executor executor) {
    this.probe = new NvidiaSmiProbe(runner, tool, executor);
    this.root = root;
  }

  /**
   * @param displays NVIDIA's functions on the bus; empty where the bus cannot be read
   */
  public GpuInventory discover(List<PciDisplay> displays, Duration deadline) {
    NvidiaAnswer answer = probe.ask(displays.size() == 1, deadline);
    NvidiaTopology topology = NvidiaTopology.of(answer);
    List<Gpu> gpus =
        reconcile(displays, answer, NvidiaKernel.read(root)).stream()
            .map(gpu -> placed(gpu, topology))
            .toList();
    return GpuInventory.inPciOrder(gpus, answer.reports());
  }

  private Gpu placed(Gpu gpu, NvidiaTopology topology) {
    PciAddress address = gpu.pciAddress();
    return gpu.placed(
        topology.completed(address, PciLocality.of(root, address)), topology.links(address));
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
      case LOST -> gpu.stateDetail().equals(Optional.of(SilentCards.SILENT));
      case NEEDS_RESET -> false;
      case UNREADABLE -> !gpu.stateDetail().equals(Optional.of(SilentCards.UNBOUND));
    };
  }

  static List<Gpu> reconcile(List<PciDisplay> displays, NvidiaAnswer answer, NvidiaKernel kernel) {
    Map<PciAddress, Gpu> gpus = new LinkedHashMap<>();
    for (NvidiaSmiGpu told : answer.log().map(NvidiaSmiLog::gpus).orElse(List.of())) {
      gpus.put(told.pciAddress(), answered(told, answer, kernel));
    }
    for (NvidiaSmiGpu told : withoutPlace(displays, gpus.keySet(), answer)) {
      gpus.put(told.pciAddress(), answered(told, answer, kernel));
    }
    DoubleCards.refuse(gpus);
    SilentCards silent = new SilentCards(answer, kernel);
    for (PciDisplay display : displays) {
      gpus.computeIfAbsent(display.address(), address -> silent.onTheBus(display));
    }
    answer
        .faults()
        .forEach((address, fault) -> gpus.computeIfAbsent(address, a -> silent.named(a, fault)));
    return new ArrayList<>(gpus.values());
  }

  /**
   * Cards that are told of without an address, as a Jetson's, or that {@code -L} alone lists. So
   * many as the bus shows silent ones are taken to be those, which are listed in any case; so are
   * faulty ones to be those that a message names.
   */
  private static List<NvidiaSmiGpu> withoutPlace(
      List<PciDisplay> displays, Set<PciAddress> placed, NvidiaAnswer answer) {
    List<PciAddress> shown =
        displays.stream().map(PciDisplay::address).filter(a -> !placed.contains(a)).toList();
    long named =
        answer.faults().keySet().stream()
            .filter(a -> !placed.contains(a) && !shown.contains(a))
            .count();
    List<NvidiaSmiGpu> told =
        answer.log().map(NvidiaSmiLog::unplaced).orElseGet(() -> onlyListed(answer));
    boolean described = answer.log().isPresent();
    long faulty = told.stream().filter(gpu -> gpu.state() != GpuState.OK).count();
    return told.stream()
        .sorted(Comparator.comparing(gpu -> gpu.state() == GpuState.OK))
        .skip(shown.size() + (described ? Math.min(named, faulty) : 0))
        .toList();
  }

  private static List<NvidiaSmiGpu> onlyListed(NvidiaAnswer answer) {
    String why = "nvidia-smi -L lists it, nvidia-smi does not describe it";
    List<NvidiaSmiList.Listed> listed = answer.list().gpus();
    return IntStream.range(0, Math.min(listed.size(), NvidiaSmiLogBuilder.MOST_CARDS))
        .mapToObj(i -> listed.get(i).at(UnknownPlace.of(i)).unreadable(why))
        .toList();
  }

  private static Gpu answered(NvidiaSmiGpu told, NvidiaAnswer answer, NvidiaKernel kernel) {
    Optional<CardFault> fault = Optional.ofNullable(answer.faults().get(told.pciAddress()));
    OptionalInt minor = told.minor().isPresent() ? told.minor() : kernel.minor(told.pciAddress());
    Optional<Path> device = kernel.device(minor);
    Gpu gpu =
        new Gpu(
            0,
            GpuVendor.NVIDIA,
            told.model().orElse(NvidiaModel.UNKNOWN),
            told.uuid(),
            told.pciAddress(),
            device,
            told.memoryTotal(),
            told.memoryFree(),
            fault.map(CardFault::state).orElse(told.state()),
            fault
                .map(CardFault::text)
                .or(told::stateDetail)
                .or(() -> device.isPresent() ? Optional.empty() : Optional.of(noDevice(minor))),
            told.architecture(),
            told.uuid().map(answer.computeCapabilities()::get).or(told::computeCapability),
            answer.log().flatMap(NvidiaSmiLog::driver),
            told.migEnabled());
    return told.migEnabled()
        ? gpu.split(MigPairing.partitions(told, minor, NvidiaTopology.listed(told, answer), kernel))
        : gpu;
  }

  private static String noDevice(OptionalInt minor) {
    return minor.isPresent()
        ? "expected the device file /dev/nvidia"
            + minor.getAsInt()
            + ", found none; try: nvidia-modprobe -c="
            + minor.getAsInt()
        : "nvidia-smi gives no minor number, so its device file is not known";
  }
}
