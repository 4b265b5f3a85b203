package org.sobre.cli;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.sobre.hardware.node.Finding;
import org.sobre.hardware.node.Finding.Severity;
import org.sobre.hardware.probe.SysRoot;

/**
 * Whether what Sobre itself needs is there. A machine that has published itself is a node, and on a
 * node a silent daemon is a problem: the energy of jobs goes missing without a word in them.
 */
final class ServiceFindings {

  private ServiceFindings() {}

  static List<Finding> of(SysRoot root, WholeConfig config) {
    boolean node = Files.exists(root.run().resolve("sobre/slurm/node.json"));
    return List.of(
        published(node), daemon(root, node), ledger(config, node), controller(config, node));
  }

  private static Finding published(boolean node) {
    return new Finding(
        Severity.NOTE,
        "node",
        node
            ? "has published itself (/run/sobre/slurm/node.json)"
            : "has not published itself: no node of a cluster, or sobre node publish did not run");
  }

  private static Finding daemon(SysRoot root, boolean node) {
    Path socket = root.run().resolve("sobre/job.sock");
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.configureBlocking(false);
      channel.connect(UnixDomainSocketAddress.of(socket));
      return new Finding(Severity.NOTE, "sobre-monitord", "answers");
    } catch (IOException | IllegalArgumentException e) {
      return new Finding(
          node ? Severity.PROBLEM : Severity.NOTE,
          "sobre-monitord",
          "does not answer at /run/sobre/job.sock: jobs are not metered here; see systemctl status"
              + " sobre-monitord");
    }
  }

  private static Finding ledger(WholeConfig config, boolean node) {
    Path directory = config.ledger().directory();
    if (Files.isDirectory(directory)) {
      return new Finding(Severity.NOTE, "ledger", directory + " is there");
    }
    return new Finding(
        node ? Severity.PROBLEM : Severity.NOTE,
        "ledger",
        directory
            + " is not there: expected the directory all nodes share, writable for user sobre"
            + " (ledger.directory)");
  }

  private static Finding controller(WholeConfig config, boolean node) {
    return new Finding(
        node && config.slurm().controller().isEmpty() ? Severity.PROBLEM : Severity.NOTE,
        "slurm.controller",
        config.slurm().controller().orElse("is not set: a node of a cluster needs it"));
  }
}
