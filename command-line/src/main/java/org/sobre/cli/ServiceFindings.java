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
 * Whether what Sobre itself needs is there. A machine that has a controller and has published
 * itself is a node, and on a node a silent daemon is a problem: the energy of jobs goes missing
 * without a word in them. Without a controller it is a station, which needs none of it, whatever is
 * installed.
 */
final class ServiceFindings {

  private static final Messages MESSAGES = Messages.of(ServiceFindings.class);

  private ServiceFindings() {}

  static List<Finding> of(SysRoot root, WholeConfig config) {
    boolean published = Files.exists(root.run().resolve("sobre/slurm/node.json"));
    boolean station = config.slurm().controller().isEmpty();
    boolean node = published && !station;
    return List.of(
        published(published, station),
        daemon(root, node, station),
        ledger(config, node, station),
        controller(config));
  }

  private static Finding published(boolean published, boolean station) {
    String unpublished = station ? "doctor.unpublished.station" : "doctor.unpublished";
    return new Finding(
        Severity.NOTE, "node", MESSAGES.text(published ? "doctor.published" : unpublished));
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
