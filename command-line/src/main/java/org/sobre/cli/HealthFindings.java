package org.sobre.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.sobre.hardware.message.Messages;
import org.sobre.hardware.node.Finding;
import org.sobre.hardware.node.Finding.Severity;
import org.sobre.hardware.probe.SysRoot;
import org.sobre.slurm.health.ConfinementParser;
import org.sobre.slurm.health.HealthFormatException;
import org.sobre.slurm.health.HealthState;

/** For the doctor: whether the GPUs can be relied on, and whether jobs keep to their own. */
final class HealthFindings {

  private static final Messages MESSAGES = Messages.of(HealthFindings.class);

  /**
   * Where the configuration is that this node's slurmd has: fetched from the controller (a link in
   * /run, its spool), else the machine's own.
   */
  private static final List<String> SLURM_CONFIGURATIONS =
      List.of(
          "run/slurm/conf",
          "var/spool/slurmd/conf-cache",
          "var/spool/slurm/d/conf-cache",
          "var/lib/slurm/slurmd/conf-cache",
          "etc/slurm");

  private HealthFindings() {}

  /** Of a node of a cluster; a station has neither. Who has no GPU keeps no job from any. */
  static List<Finding> of(SysRoot root, WholeConfig config, boolean hasGpus) {
    boolean published = Files.exists(root.run().resolve("sobre/slurm/node.json"));
    if (!published || config.slurm().controller().isEmpty()) {
      return List.of();
    }
    List<Finding> findings = new ArrayList<>(ofState(root));
    if (hasGpus) {
      ofConfinement(root).ifPresent(findings::add);
    }
    return findings;
  }

  private static List<Finding> ofState(SysRoot root) {
    try {
      Optional<NodeHealth> health = NodeHealth.read(root);
      return health.isPresent()
          ? judged(health.get())
          : List.of(finding(Severity.WARNING, "doctor.health.absent", NodeHealth.file(root)));
    } catch (IOException | HealthFormatException e) {
      String why = String.valueOf(e.getMessage());
      return List.of(
          finding(Severity.WARNING, "doctor.health.unreadable", NodeHealth.file(root), why));
    }
  }

  private static List<Finding> judged(NodeHealth health) {
    HealthState state = health.state();
    List<Finding> findings = new ArrayList<>();
    if (health.stale()) {
      findings.add(finding(Severity.WARNING, "doctor.health.stale", health.age().toSeconds()));
    } else {
      findings.add(
          switch (state.verdict()) {
            case GOOD -> finding(Severity.NOTE, "doctor.health.good");
            case BAD -> finding(Severity.PROBLEM, "doctor.health.bad", state.reason());
            case UNKNOWN ->
                finding(
                    Severity.WARNING, "doctor.health.unknown", String.join("; ", state.unknown()));
          });
    }
    if (state.kernelLog() == HealthState.KernelLog.NO_PERMISSION) {
      findings.add(finding(Severity.WARNING, "doctor.health.noXids"));
    }
    return findings;
  }

  private static Finding finding(Severity severity, String key, Object... arguments) {
    return new Finding(severity, MESSAGES.text("doctor.health"), MESSAGES.text(key, arguments));
  }

  /** Empty where this machine has no configuration of Slurm that could be read. */
  private static Optional<Finding> ofConfinement(SysRoot root) {
    for (String place : SLURM_CONFIGURATIONS) {
      Path directory = root.root().resolve(place);
      Path slurmConf = directory.resolve("slurm.conf");
      if (Files.isReadable(slurmConf)) {
        return confinement(slurmConf, directory.resolve("cgroup.conf"));
      }
    }
    return Optional.empty();
  }

  private static Optional<Finding> confinement(Path slurmConf, Path cgroupConf) {
    try {
      boolean constrains =
          Files.isReadable(cgroupConf)
              && ConfinementParser.constrainsDevices(Files.readString(cgroupConf));
      if (!constrains) {
        return Optional.of(ofDevices(Severity.WARNING, "doctor.devices.open", cgroupConf));
      }
      return Optional.of(
          ConfinementParser.confinesTasks(Files.readString(slurmConf))
              ? ofDevices(Severity.NOTE, "doctor.devices.constrained", cgroupConf)
              : ofDevices(Severity.WARNING, "doctor.devices.noPlugin", slurmConf));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static Finding ofDevices(Severity severity, String key, Path file) {
    return new Finding(severity, "ConstrainDevices", MESSAGES.text(key, file));
  }
}
