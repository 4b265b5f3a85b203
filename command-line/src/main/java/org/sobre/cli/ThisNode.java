package org.sobre.cli;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.time.Duration;
import org.sobre.hardware.message.Messages;
import org.sobre.hardware.node.BootScan;
import org.sobre.hardware.node.DiscoveryConfig;
import org.sobre.hardware.node.NodeDescription;
import org.sobre.hardware.node.NodeScan;
import org.sobre.hardware.probe.CommonsExecToolRunner;
import org.sobre.hardware.probe.Deadline;
import org.sobre.hardware.probe.SysRoot;
import org.sobre.hardware.probe.ToolRunner;
import org.sobre.slurm.gres.SlurmNode;
import org.sobre.slurm.gres.SlurmdProof;
import org.sobre.slurm.gres.SlurmdProof.Verdict;
import org.sobre.slurm.registration.NodePublisher;
import org.sobre.slurm.registration.RegistrationLock;

/**
 * What the commands of {@code sobre node} work with.
 *
 * @param root of the processes that are alive
 * @param directory where a node publishes
 */
record ThisNode(ToolRunner tools, SysRoot root, Path directory, Scan scan, Proof proof) {

  private static final Messages MESSAGES = Messages.of(ThisNode.class);
  private static final Duration FOR_THE_LOCK = Duration.ofSeconds(3);

  /** Describes the machine; may wait for its cards. */
  @FunctionalInterface
  interface Scan {
    NodeDescription scan(DiscoveryConfig config, Duration patience) throws IOException;
  }

  /** Asks slurmd whether it reads a description. */
  @FunctionalInterface
  interface Proof {
    Verdict verdict(ToolRunner tools, SlurmNode described, Duration within);
  }

  ThisNode {
    requireNonNull(tools, "tools");
    requireNonNull(root, "root");
    requireNonNull(directory, "directory");
    requireNonNull(scan, "scan");
    requireNonNull(proof, "proof");
  }

  static ThisNode real() {
    ToolRunner tools = new CommonsExecToolRunner();
    SysRoot machine = SysRoot.machine();
    return new ThisNode(
        tools,
        machine,
        NodePublisher.DIRECTORY,
        (config, patience) ->
            new BootScan(machine, tools, NodeScan.ofThisMachine(config), patience).scan(),
        (runner, described, within) -> new SlurmdProof(runner).verdict(described, within));
  }

  /**
   * Does what no two of these commands may do at once.
   *
   * @throws Failure if this is not root, and only root may write there
   */
  <T, E extends Exception> T alone(Deadline deadline, RegistrationLock.Work<T, E> work)
      throws IOException, E {
    try {
      return RegistrationLock.alone(directory, deadline.atMost(FOR_THE_LOCK), work);
    } catch (AccessDeniedException e) {
      throw new Failure(ExitCode.INPUT_OUTPUT, MESSAGES.text("failure.needsRoot", e.getFile()));
    }
  }
}
