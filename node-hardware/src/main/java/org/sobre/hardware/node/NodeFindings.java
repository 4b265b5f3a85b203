package org.sobre.hardware.node;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.sobre.hardware.catalog.GpuCatalogFiles;
import org.sobre.hardware.gpu.Gpu;
import org.sobre.hardware.gpu.GpuState;
import org.sobre.hardware.gpu.GpuVendor;
import org.sobre.hardware.gpu.UnknownPlace;
import org.sobre.hardware.message.Messages;
import org.sobre.hardware.node.Finding.Severity;
import org.sobre.hardware.probe.ProbeReport;
import org.sobre.hardware.units.MemorySize;
import org.sobre.hardware.units.Reading.Reason;

/** Says in sentences what a description means for whoever keeps the machine. Pure. */
public final class NodeFindings {

  private static final Messages MESSAGES = Messages.of(NodeFindings.class);
  private static final String NVIDIA_SMI = "nvidia-smi";
  private static final Set<String> AMD_TOOLS = Set.of("amd-smi", "rocm-smi");

  private NodeFindings() {}

  /** Probes first, then the GPUs in their order. A machine with nothing to say has none. */
  public static List<Finding> of(NodeDescription node, MemorySize offerFrom) {
    List<Finding> findings = new ArrayList<>();
    node.probes().forEach(probe -> ofProbe(probe, node).ifPresent(findings::add));
    node.gpus().forEach(gpu -> ofGpu(gpu, offerFrom).ifPresent(findings::add));
    return List.copyOf(findings);
  }

  private static Optional<Finding> ofProbe(ProbeReport probe, NodeDescription node) {
    return severity(probe, node)
        .map(
            severity ->
                new Finding(
                    severity, probe.name(), probe.detail().orElse(probe.outcome().jsonName())));
  }

  private static Optional<Severity> severity(ProbeReport probe, NodeDescription node) {
    return switch (probe.outcome()) {
      case OK -> Optional.empty();
      case WARNED -> Optional.of(Severity.WARNING);
      case TIMED_OUT, FAILED ->
          Optional.of(isMadeUpFor(probe, node) ? Severity.WARNING : Severity.PROBLEM);
      // no tool is normal on a machine without such cards
      case ABSENT ->
          probe.name().equals(NVIDIA_SMI) && hasNvidia(node)
              ? Optional.of(Severity.PROBLEM)
              : Optional.empty();
    };
  }

  /**
   * The other AMD tool, or the kernel's files, told all that is needed; and what the catalogue adds
   * to a card nobody has to have.
   */
  private static boolean isMadeUpFor(ProbeReport probe, NodeDescription node) {
    return probe.name().equals(GpuCatalogFiles.PROBE) || isMadeUpForAmd(probe, node);
  }

  private static boolean isMadeUpForAmd(ProbeReport probe, NodeDescription node) {
    return AMD_TOOLS.contains(probe.name())
        && node.gpus().stream()
            .filter(gpu -> gpu.vendor() == GpuVendor.AMD)
            .allMatch(gpu -> gpu.state() == GpuState.OK);
  }

  private static boolean hasNvidia(NodeDescription node) {
    return node.gpus().stream().anyMatch(gpu -> gpu.vendor() == GpuVendor.NVIDIA);
  }

  private static Optional<Finding> ofGpu(Gpu gpu, MemorySize offerFrom) {
    String place = UnknownPlace.isOne(gpu.pciAddress()) ? "" : " (" + gpu.pciAddress() + ")";
    String subject = "GPU " + gpu.index() + place;
    if (gpu.state() != GpuState.OK) {
      return Optional.of(new Finding(Severity.PROBLEM, subject, outOfUse(gpu)));
    }
    return gpu.whyNotOffered(offerFrom)
        .map(
            why ->
                new Finding(
                    severityNotOffered(gpu, why),
                    subject,
                    gpu.stateDetail()
                        .map(detail -> MESSAGES.text(detailed(why), why, detail))
                        .orElseGet(() -> MESSAGES.text("gpu.notOffered", why))));
  }

  private static String detailed(String why) {
    return why.equals("no-device-file") ? "gpu.noDeviceFile" : "gpu.notOffered.detail";
  }

  /**
   * Small display cards and split cards are choices; memory that no driver tells of such a card is
   * nobody's to mend; the other reasons are defects.
   */
  private static Severity severityNotOffered(Gpu gpu, String why) {
    if (why.equals("display-only") || why.equals("partitioned")) {
      return Severity.NOTE;
    }
    boolean cannotTell =
        gpu.memoryTotal().match(told -> false, missing -> missing.reason() == Reason.NOT_SUPPORTED);
    return why.equals("memory-unknown") && cannotTell ? Severity.WARNING : Severity.PROBLEM;
  }

  /** The state, in the word that all outputs have for it, and what to do. */
  private static String outOfUse(Gpu gpu) {
    String state = gpu.state().jsonName();
    String detail = gpu.stateDetail().orElse("");
    return switch (gpu.state()) {
      case OK, UNREADABLE -> MESSAGES.text("gpu.outOfUse", state, detail);
      case LOST -> MESSAGES.text("gpu.lost", state, detail);
      case NEEDS_RESET -> MESSAGES.text("gpu.needsReset", state, detail, gpu.pciAddress());
    };
  }
}
