package org.sobre.cli;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.sobre.energy.ledger.LedgerConfig;
import org.sobre.hardware.config.ConfigurationException;
import org.sobre.hardware.config.SobreConfig;
import org.sobre.hardware.message.Messages;
import org.sobre.hardware.node.DiscoveryConfig;
import org.sobre.hardware.node.NodeDescription;
import org.sobre.hardware.probe.Deadline;
import org.sobre.hardware.probe.ToolRunner;
import org.sobre.slurm.command.SlurmdVersion;
import org.sobre.slurm.gres.SlurmdProof.Outcome;
import org.sobre.slurm.gres.SlurmdProof.Verdict;
import org.sobre.slurm.health.HealthConfig;
import org.sobre.slurm.health.HealthPolicy;
import org.sobre.slurm.node.MissingGpu;
import org.sobre.slurm.node.SlurmConfig;
import org.sobre.slurm.registration.NodePublisher;
import org.sobre.slurm.registration.NodePublisher.Published;
import org.sobre.slurm.registration.SharedDocuments;
import picocli.CommandLine;

/** Describes this node and writes what slurmd and the daemon are told of it. */
final class Publishing {

  private static final Messages MESSAGES = Messages.of(Publishing.class);

  /** A scan with less is of no use: a driver at its first opening takes a second or more. */
  private static final Duration LEAST_PATIENCE = Duration.ofSeconds(1);

  private static final Duration FOR_THE_PROOF = Duration.ofSeconds(3);

  private final ThisNode node;
  private final SobreConfig config;
  private final PrintWriter out;
  private final PrintWriter err;

  /**
   * @param line whose output and errors people read
   */
  Publishing(ThisNode node, SobreConfig config, CommandLine line) {
    this.node = requireNonNull(node, "node");
    this.config = requireNonNull(config, "config");
    this.out = line.getOut();
    this.err = line.getErr();
  }

  /**
   * Publishes by the deadline, of which a scan that hangs takes two thirds: what it has not found
   * out by then is left out, and the rest is for slurmd's proof, the share and the files.
   *
   * @throws ConfigurationException with all problems of the configuration; if none of them is in
   *     slurm.controller, slurmd has a fragment and its options all the same
   */
  void publish(Deadline deadline) throws IOException, ConfigurationException {
    SlurmConfig slurm = SlurmConfig.from(config.slurm());
    DiscoveryConfig discovery = DiscoveryConfig.from(config.discovery());
    NodePublisher publisher = publisher(slurm, deadline);
    node.alone(
        deadline,
        () -> {
          publisher.prepare();
          config.problems().refuseIfAny();
          NodeDescription found = node.scan().scan(discovery, patience(deadline));
          Optional<String> version = SlurmdVersion.ask(deadline.bounding(node.tools()));
          say(publisher.publish(found, discovery.offerFrom(), version), found, discovery);
          return ExitCode.DONE;
        });
  }

  private NodePublisher publisher(SlurmConfig slurm, Deadline deadline) {
    LedgerConfig ledger = LedgerConfig.from(config.ledger());
    HealthConfig health = HealthConfig.from(config.health());
    ToolRunner tools = deadline.bounding(node.tools());
    boolean hasSlurmd = slurm.controller().isPresent();
    return new NodePublisher(
        node.directory(),
        node.root(),
        slurm.controller(),
        hasSlurmd && slurm.actOnNodes(),
        new SharedDocuments(tools, ledger.directory(), isRoot()),
        health.policy() == HealthPolicy.DRAIN && slurm.actOnNodes(),
        described ->
            refusal(
                () -> node.proof().verdict(tools, described, deadline.atMost(FOR_THE_PROOF)),
                hasSlurmd),
        slurm.shardMebibytes());
  }

  private static Duration patience(Deadline deadline) {
    Duration share = deadline.left().multipliedBy(2).dividedBy(3);
    return share.compareTo(LEAST_PATIENCE) < 0 ? LEAST_PATIENCE : share;
  }

  /**
   * A proof that cannot be tried, or for which there is no room on the disk, keeps no node from its
   * GPUs; that there was none is said where there should be a slurmd.
   */
  private Optional<String> refusal(Supplier<Verdict> proof, boolean hasSlurmd) {
    Verdict verdict;
    try {
      verdict = proof.get();
    } catch (UncheckedIOException e) {
      verdict = new Verdict(Outcome.NOT_TRIED, Main.inputOutput(e));
    }
    if (verdict.outcome() == Outcome.NOT_TRIED && hasSlurmd) {
      err.println("sobre: " + MESSAGES.text("publish.unproved", verdict.detail()));
    }
    return verdict.refusal();
  }

  private void say(Published published, NodeDescription description, DiscoveryConfig discovery) {
    out.println(summary(published));
    out.flush();
    UnofferedGpus.complain(description, discovery.offerFrom(), published.heldBack(), err);
    published
        .shortfall()
        .refused()
        .ifPresent(why -> err.println("sobre: " + MESSAGES.text("publish.refused", why)));
    for (MissingGpu gpu : published.shortfall().missing()) {
      err.println("sobre: " + MESSAGES.text("publish.missing", gpu.inWords(), gpu.since()));
    }
    err.flush();
  }

  private static boolean isRoot() {
    return "root".equals(System.getProperty("user.name"));
  }

  private String summary(Published published) {
    String gpus =
        published.gpus().isEmpty()
            ? MESSAGES.text("publish.noGpu")
            : published.gpus().entrySet().stream()
                .map(type -> "gpu:" + type.getKey() + ":" + type.getValue())
                .collect(Collectors.joining(", "));
    return MESSAGES.text("publish.done", published.node(), gpus, node.directory());
  }
}
