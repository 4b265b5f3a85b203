package org.sobre.cli;

import java.nio.file.Files;
import java.util.List;
import org.sobre.hardware.probe.SysRoot;

/** What a machine is to Sobre, by its configuration and by what is installed on it. */
enum MachineRole {
  /** Names no controller: it needs nothing of Slurm's, whatever is installed. */
  STATION,

  /** Of a cluster, and has published itself or has the node's unit. */
  NODE,

  /** Of a cluster, and no node by these signs: where people log in, the controller. */
  OTHER;

  private static final String NODES_UNIT = "sobre-register.service";

  /** Where Debian's packages put units, before and after /usr was merged. */
  private static final List<String> UNITS =
      List.of("usr/lib/systemd/system", "lib/systemd/system", "etc/systemd/system");

  static MachineRole of(SysRoot root, WholeConfig config) {
    if (config.slurm().controller().isEmpty()) {
      return STATION;
    }
    boolean installed =
        UNITS.stream()
            .anyMatch(units -> Files.exists(root.root().resolve(units).resolve(NODES_UNIT)));
    return installed || hasPublished(root) ? NODE : OTHER;
  }

  /** Whether {@code sobre node publish} has run since the boot. */
  static boolean hasPublished(SysRoot root) {
    return Files.exists(root.run().resolve("sobre/slurm/node.json"));
  }
}
