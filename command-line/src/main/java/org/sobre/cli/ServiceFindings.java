package org.sobre.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.sobre.hardware.json.JsonObject;
import org.sobre.hardware.json.JsonShapeException;
import org.sobre.hardware.message.Messages;
import org.sobre.hardware.node.Finding;
import org.sobre.hardware.node.Finding.Severity;
import org.sobre.hardware.probe.SysRoot;
import org.sobre.jobs.station.DaemonSocket;
import org.sobre.jobs.station.NoDaemonException;
import org.sobre.jobs.station.NodeView;

/**
 * Whether what Sobre itself needs is there. On a node a silent daemon is a problem, one that hangs
 * no less than a dead one: the energy of jobs goes missing without a word in them; one that has not
 * published itself did not get through its boot. Wherever a daemon runs it is asked whether it can
 * write its ledger: whoever calls this command may have other rights than the daemon has.
 */
final class ServiceFindings {

  private static final Messages MESSAGES = Messages.of(ServiceFindings.class);
  private static final Duration DEADLINE = Duration.ofSeconds(4);

  private ServiceFindings() {}

  /**
   * @param finding of the daemon itself
   * @param ledgerTrouble what it says of its ledger
   */
  private record Daemon(Finding finding, Optional<String> ledgerTrouble) {}

  static List<Finding> of(SysRoot root, WholeConfig config, MachineRole role) {
    Daemon daemon = daemon(root, role);
    Finding ledger =
        daemon
            .ledgerTrouble()
            .map(why -> unwritten(config, why))
            .orElseGet(() -> ledger(config, role));
    return List.of(published(root, role), daemon.finding(), ledger, controller(config));
  }

  private static Finding published(SysRoot root, MachineRole role) {
    if (MachineRole.hasPublished(root)) {
      return new Finding(Severity.NOTE, "node", MESSAGES.text("doctor.published"));
    }
    return switch (role) {
      case NODE -> new Finding(Severity.PROBLEM, "node", MESSAGES.text("doctor.unpublished.node"));
      case STATION ->
          new Finding(Severity.NOTE, "node", MESSAGES.text("doctor.unpublished.station"));
      case OTHER -> new Finding(Severity.NOTE, "node", MESSAGES.text("doctor.unpublished"));
    };
  }

  private static Daemon daemon(SysRoot root, MachineRole role) {
    DaemonSocket socket = new DaemonSocket(root.run().resolve("sobre/job.sock"), DEADLINE);
    try {
      JsonObject answer = socket.ask(NodeView.question());
      boolean released =
          NodeView.of(answer).devices().stream()
              .anyMatch(device -> device.missing().equals(Optional.of("released")));
      Finding finding =
          released
              ? daemon(Severity.WARNING, MESSAGES.text("doctor.daemon.released"))
              : daemon(Severity.NOTE, MESSAGES.text("doctor.daemon.answers"));
      return new Daemon(finding, answer.string("ledgerTrouble"));
    } catch (NoDaemonException e) {
      String silent =
          role == MachineRole.STATION ? "doctor.daemon.station" : "doctor.daemon.silent";
      return new Daemon(daemon(unlessNeeded(role), MESSAGES.text(silent)), Optional.empty());
    } catch (IOException e) {
      return new Daemon(daemon(unlessNeeded(role), dumb(e)), Optional.empty());
    } catch (JsonShapeException e) {
      // of another version, it may be; it does answer
      return new Daemon(daemon(Severity.WARNING, dumb(e)), Optional.empty());
    }
  }

  private static String dumb(Exception e) {
    return MESSAGES.text("doctor.daemon.dumb", String.valueOf(e.getMessage()));
  }

  private static Finding daemon(Severity severity, String text) {
    return new Finding(severity, "sobre-monitord", text);
  }

  private static Finding unwritten(WholeConfig config, String why) {
    Path directory = config.ledger().directory();
    return new Finding(
        Severity.PROBLEM, "ledger", MESSAGES.text("doctor.ledger.unwritten", directory, why));
  }

  private static Finding ledger(WholeConfig config, MachineRole role) {
    Path directory = config.ledger().directory();
    if (Files.isDirectory(directory)) {
      return new Finding(Severity.NOTE, "ledger", MESSAGES.text("doctor.ledger.there", directory));
    }
    String absent = role == MachineRole.STATION ? "doctor.ledger.station" : "doctor.ledger.absent";
    return new Finding(unlessNeeded(role), "ledger", MESSAGES.text(absent, directory));
  }

  private static Severity unlessNeeded(MachineRole role) {
    return role == MachineRole.NODE ? Severity.PROBLEM : Severity.NOTE;
  }

  private static Finding controller(WholeConfig config) {
    return new Finding(
        Severity.NOTE,
        "slurm.controller",
        config.slurm().controller().orElseGet(() -> MESSAGES.text("doctor.controller.unset")));
  }
}
