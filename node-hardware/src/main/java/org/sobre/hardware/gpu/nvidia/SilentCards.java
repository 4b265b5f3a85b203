package org.sobre.hardware.gpu.nvidia;

import java.util.Optional;
import org.sobre.hardware.gpu.DriverBinding;
import org.sobre.hardware.gpu.Gpu;
import org.sobre.hardware.gpu.GpuState;
import org.sobre.hardware.gpu.GpuVendor;
import org.sobre.hardware.gpu.PciDisplay;
import org.sobre.hardware.units.PciAddress;
import org.sobre.hardware.units.Reading;
import org.sobre.hardware.units.Reading.Reason;

/**
 * Cards that nvidia-smi does not describe: listed by what the bus and the kernel driver know of
 * them, with why. Pure.
 */
final class SilentCards {

  /** While the driver loads this can be true of a card that answers a second later. */
  static final String SILENT = "the PCI bus shows it, nvidia-smi answers for others and not for it";

  /**
   * The driver looks at all cards when it is loaded, and leaves those alone that another of its
   * branches is for: a Kepler card beside an Ada one.
   */
  static final String UNBOUND =
      "no kernel driver is bound to it; is it too old, or too new, for the driver that the others"
          + " have? see: dmesg | grep NVRM";

  private static final String DRIVER = "nvidia";

  private final NvidiaAnswer answer;
  private final NvidiaKernel kernel;

  SilentCards(NvidiaAnswer answer, NvidiaKernel kernel) {
    this.answer = answer;
    this.kernel = kernel;
  }

  /** A card that the bus shows. */
  Gpu onTheBus(PciDisplay display) {
    String model =
        kernel
            .card(display.address())
            .flatMap(ProcGpu::model)
            .orElse("NVIDIA GPU " + display.deviceId());
    CardFault named = answer.faults().get(display.address());
    return listed(display.address(), model, named == null ? guess(display) : named);
  }

  /** A card that only a message of nvidia-smi names. */
  Gpu named(PciAddress address, CardFault fault) {
    String model = kernel.card(address).flatMap(ProcGpu::model).orElse("NVIDIA GPU");
    return listed(address, model, fault);
  }

  private CardFault guess(PciDisplay display) {
    Optional<ProcGpu> bound = kernel.card(display.address());
    if (bound.map(ProcGpu::excluded).orElse(false)) {
      return unreadable("the driver is told to leave it alone (NVreg_ExcludedGpus)");
    }
    if (display.driver().isPresent() && !display.driver().get().equals(DRIVER)) {
      return unreadable(DriverBinding.elsewhere(display.driver().get(), DRIVER));
    }
    if (answer.log().isPresent() && !answer.log().get().gpus().isEmpty()) {
      return display.driver().isEmpty() && bound.isEmpty()
          ? unreadable(UNBOUND)
          : new CardFault(GpuState.LOST, SILENT);
    }
    String why =
        answer.log().isPresent()
            ? "answers and lists no card"
            : answer.report().detail().orElse("gave no answer");
    String also = bound.isPresent() ? "; the kernel driver has bound it" : "";
    return unreadable("nvidia-smi " + why + also);
  }

  private static CardFault unreadable(String why) {
    return new CardFault(GpuState.UNREADABLE, why);
  }

  private Gpu listed(PciAddress address, String model, CardFault fault) {
    return new Gpu(
        0,
        GpuVendor.NVIDIA,
        model,
        kernel.card(address).flatMap(ProcGpu::uuid),
        address,
        kernel.device(kernel.minor(address)),
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
