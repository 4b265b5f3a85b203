package org.sobre.cli;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.sobre.hardware.message.Messages;
import org.sobre.hardware.node.Finding;
import org.sobre.hardware.node.Finding.Severity;
import org.sobre.hardware.probe.SysRoot;

/**
 * Whether what Sobre itself needs is there. A machine that has a controller, and has published
 * itself or has the node's unit, is a node; on a node a silent daemon is a problem: the energy of
 * jobs goes missing without a word in them. One that has the unit and has not published itself did
 * not get through its boot. Without a controller it is a station, which needs none of it, whatever
 * is installed; with one and without the unit it may be where people log in.
 */
final class ServiceFindings {

  private static final Messages MESSAGES = Messages.of(ServiceFindings.class);

  private static final String NODES_UNIT = "sobre-register.service";

  /** Where Debian's packages put units, before and after /usr was merged. */
  private static final List<String> UNITS =
      List.of("usr/lib/systemd/system", "lib/systemd/system", "etc/systemd/system");

  private ServiceFindings() {}

  static List<Finding> of(SysRoot root, WholeConfig config) {
    boolean published = Files.exists(root.run().resolve("sobre/slurm/node.json"));
    boolean station = config.slurm().controller().isEmpty();
    boolean installed =
        UNITS.stream()
            .anyMatch(units -> Files.exists(root.root().resolve(units).resolve(NODES_UNIT)));
    boolean node = !station && (published || installed);
    return List.of(
        published(published, station, node),
        daemon(root, node, station),
        ledger(config, node, station),
        controller(config));
  }

  private static Finding published(boolean published, boolean station, boolean node) {
    if (published) {
      return new Finding(Severity.NOTE, "node", MESSAGES.text("doctor.published"));
    }
    if (node) {
      return new Finding(Severity.PROBLEM, "node", MESSAGES.text("doctor.unpublished.node"));
    }
    String unpublished = station ? "doctor.unpublished.station" : "doctor.unpublished";
    return new Finding(Severity.NOTE, "node", MESSAGES.text(unpublished));
  }

  private static Finding daemon(SysRoot root, boolean node, boolean station) {
    Path socket = root.run().resolve("sobre/job.sock");
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.configureBlocking(false);
      channel.connect(UnixDomainSocketAddress.of(socket));
      return new Finding(Severity.NOTE, "sobre-monitord", MESSAGES.text("doctor.daemon.answers"));
    } catch (IOException | IllegalArgumentException e) {
      return new Finding(
          node ? Severity.PROBLEM : Severity.NOTE,
          "sobre-monitord",
          MESSAGES.text(station ? "doctor.daemon.station" : "doctor.daemon.silent"));
    }
  }

  private static Finding ledger(WholeConfig config, boolean node, boolean station) {
    Path directory = config.ledger().directory();
    if (Files.isDirectory(directory)) {
      return new Finding(Severity.NOTE, "ledger", MESSAGES.text("doctor.ledger.there", directory));
    }
    return new Finding(
        node ? Severity.PROBLEM : Severity.NOTE,
        "ledger",
        MESSAGES.text(station ? "doctor.ledger.station" : "doctor.ledger.absent", directory));
  }

  private static Finding controller(WholeConfig config) {
    return new Finding(
        Severity.NOTE,
        "slurm.controller",
        config.slurm().controller().orElseGet(() -> MESSAGES.text("doctor.controller.unset")));
  }
}
