package org.sobre.it.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.sobre.it.lab.Lab;
import org.sobre.it.lab.RealCluster;

/** The nodes are in Slurm with what they said of themselves; nobody wrote a line for them. */
@RealCluster
@Order(2)
class SelfDescriptionIT {

  private final Lab lab;

  SelfDescriptionIT(Lab lab) {
    this.lab = lab;
  }

  @Test
  void theGpuNodeIsIdleWithItsTypeAndItsVramLadder() {
    List<String> cells = sinfo("gpu1");
    assertThat(cells.get(0)).isEqualTo("idle");
    assertThat(cells.get(1)).startsWith("gpu:nvidia_geforce_rtx_4090:2");
    assertThat(cells.get(2).split(",", -1))
        .contains(
            "vram_ge_24g", "vram_has_24g", "gpu_vendor_nvidia", "gpu_family_ada", "gpu_cc_8_9")
        .doesNotContain("vram_ge_32g", "vram_has_32g");
  }

  @Test
  void theCpuNodeIsIdleWithoutGres() {
    List<String> cells = sinfo("cpu1");
    assertThat(cells.get(0)).isEqualTo("idle");
    assertThat(cells.get(1)).isEqualTo("(null)");
    assertThat(cells.get(2)).doesNotContain("vram", "gpu");
  }

  @Test
  void noNodeNameLineExistsAnywhere() {
    assertThat(lab.exec("root", "grep", "-rhi", "^NodeName", "/etc/slurm").output()).isEmpty();
    assertThat(lab.exec("root", "scontrol", "show", "node", "gpu1").text())
        .contains("DYNAMIC_NORM");
  }

  @Test
  void positionsFollowThePciBusAndNotTheMinorNumber() {
    String fragment = lab.on("gpu1", "cat", "/run/sobre/slurm/gres.conf").text();
    assertThat(fragment.indexOf("/dev/nvidia1"))
        .as("the recording's first card on the bus is minor 1:\n" + fragment)
        .isNotNegative()
        .isLessThan(fragment.indexOf("/dev/nvidia0"));
  }

  private List<String> sinfo(String node) {
    return List.of(
        lab.exec("root", "sinfo", "-h", "-n", node, "-o", "%t|%G|%f").text().split("\\|", -1));
  }
}
