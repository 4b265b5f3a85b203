package org.sobre.hardware.gpu.amd;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.sobre.hardware.gpu.DriverBinding;
import org.sobre.hardware.gpu.PciDisplay;

/** Whether one card of the bus can be relied on, and what there is to say of it. */
final class AmdStates {

  private static final String NO_DRIVER = "no kernel driver is bound to it";

  /**
   * The kernel driver of chips before GCN: it shows pictures, computes nothing and tells no memory.
   * No runtime counts its cards, no meter reads them: they have no id.
   */
  private static final String RADEON = "radeon";

  private final Optional<String> driver;
  private final AmdSysfs sysfs;
  private final AmdToolAnswer answer;
  private final AmdHost host;
  private final Optional<Path> renderNode;

  /**
   * @param nodes of the compute driver at its place, which name its render node too
   */
  AmdStates(
      PciDisplay display,
      AmdSysfs sysfs,
      List<KfdTopology.Node> nodes,
      AmdToolAnswer answer,
      AmdHost host) {
    this.driver = display.driver().or(sysfs::driver);
    this.sysfs = sysfs;
    this.answer = answer;
    this.host = host;
    this.renderNode =
        sysfs
            .renderNode()
            .or(() -> nodes.stream().findFirst().flatMap(KfdTopology.Node::renderNode));
  }

  boolean isAmdgpu() {
    return driver.equals(Optional.of("amdgpu"));
  }

  boolean isRadeon() {
    return driver.equals(Optional.of(RADEON));
  }

  /** Its render node, where that is there. */
  Optional<Path> device() {
    return renderNode.filter(host.hasDevice());
  }

  /**
   * @param card what the tool says of it
   */
  Optional<AmdFault> fault(Optional<AmdToolCard> card) {
    if (sysfs.offBus()) {
      return Optional.of(
          AmdFault.lost("its PCI configuration reads as all ones: it has fallen off the bus"));
    }
    if (isRadeon()) {
      return Optional.empty();
    }
    if (!isAmdgpu()) {
      String bound =
          driver
              .map(name -> DriverBinding.elsewhere(name, "amdgpu"))
              .orElse(NO_DRIVER + ", expected amdgpu");
      return Optional.of(AmdFault.unreadable(bound + "; see: dmesg | grep -i amdgpu"));
    }
    if (answer.hung().isPresent()) {
      return Optional.of(AmdFault.unreadable(answer.hung().get()));
    }
    return card.isPresent() ? card.get().fault() : silent();
  }

  /** A tool that answers for others and not for this one; a device without an address may be it. */
  private Optional<AmdFault> silent() {
    boolean located = answer.cards().stream().allMatch(card -> card.address().isPresent());
    return answer.tool().isPresent() && located
        ? Optional.of(
            AmdFault.lost(
                "the PCI bus shows it, "
                    + answer.tool().get()
                    + " answers for others and not for it"))
        : Optional.empty();
  }

  /** Of a card in good state. */
  Optional<String> remark() {
    if (isRadeon()) {
      return Optional.of("the kernel driver radeon serves no computing and tells no memory");
    }
    if (device().isEmpty()) {
      return Optional.of(
          renderNode
              .map(node -> "expected the device file " + node + ", found none")
              .orElse("the kernel names no render node of it in drm/"));
    }
    return sysfs.suspended()
        ? Optional.of("suspended, and not woken to be asked")
        : Optional.empty();
  }
}
