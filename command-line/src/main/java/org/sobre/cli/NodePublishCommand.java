package org.sobre.cli;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.sobre.energy.ledger.LedgerConfig;
import org.sobre.hardware.config.ConfigurationException;
import org.sobre.hardware.config.SobreConfig;
import org.sobre.hardware.message.Messages;
import org.sobre.hardware.node.BootScan;
import org.sobre.hardware.node.DiscoveryConfig;
import org.sobre.hardware.node.NodeDescription;
import org.sobre.hardware.node.NodeScan;
import org.sobre.hardware.probe.CommonsExecToolRunner;
import org.sobre.hardware.probe.SysRoot;
import org.sobre.hardware.probe.ToolRunner;
import org.sobre.slurm.command.SlurmdVersion;
import org.sobre.slurm.gres.SlurmNode;
import org.sobre.slurm.gres.SlurmdProof;
import org.sobre.slurm.gres.SlurmdProof.Outcome;
import org.sobre.slurm.gres.SlurmdProof.Verdict;
import org.sobre.slurm.health.HealthConfig;
import org.sobre.slurm.health.HealthPolicy;
import org.sobre.slurm.node.MissingGpu;
import org.sobre.slurm.node.SlurmConfig;
import org.sobre.slurm.registration.EarlierBoots;
import org.sobre.slurm.registration.NodePublisher;
import org.sobre.slurm.registration.NodePublisher.Published;
import org.sobre.slurm.registration.RegistrationLock;
import org.sobre.slurm.registration.SharedDocuments;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code sobre node publish}: discovers, and writes {@code /run/sobre/slurm}. */
@Command(
    name = "publish",
    description = {
      "Write gres.conf, node.json and slurmd.env to /run/sobre/slurm.",
      "Needs slurm.controller in the configuration."
    },
    mixinStandardHelpOptions = true,
    footerHeading = "%nExample:%n",
    footer = "  sobre node publish && cat /run/sobre/slurm/gres.conf")
final class NodePublishCommand implements Callable<Integer> {

  private static final Messages MESSAGES = Messages.of(NodePublishCommand.class);

  @ParentCommand private @Nullable NodeCommand node;
  @Spec private @Nullable CommandSpec spec;

  /**
   * Of the 30 s that sobre-register.service may take: what is left is for the proof, for the look
   * at the share and for the registration.
   */
  private static final Duration PATIENCE = Duration.ofSeconds(14);

  private static final Duration PROOF = Duration.ofSeconds(3);
  private static final Duration FOR_THE_LOCK = Duration.ofSeconds(3);

  private final Function<DiscoveryConfig, Scan> scans;
  private final ToolRunner tools;
  private final SysRoot root;
  private final Path directory;
  private final Function<SlurmNode, Verdict> proof;

  /** Describes the machine; may wait for its cards. */
  @FunctionalInterface
  interface Scan {
    NodeDescription scan() throws IOException;
  }

  NodePublishCommand() {
    this(
        config ->
            new BootScan(
                    SysRoot.machine(),
                    new CommonsExecToolRunner(),
                    NodeScan.ofThisMachine(config),
                    PATIENCE)
                ::scan,
        new CommonsExecToolRunner(),
        SysRoot.machine(),
        NodePublisher.DIRECTORY,
        node -> new SlurmdProof(new CommonsExecToolRunner()).verdict(node, PROOF));
  }

  /**
   * @param root of the processes that are alive
   */
  NodePublishCommand(
      Function<DiscoveryConfig, Scan> scans,
      ToolRunner tools,
      SysRoot root,
      Path directory,
      Function<SlurmNode, Verdict> proof) {
    this.scans = scans;
    this.tools = tools;
    this.root = root;
    this.directory = directory;
    this.proof = proof;
  }

  @Override
  public Integer call() throws IOException, ConfigurationException {
    SobreConfig config = requireNonNull(node).loadConfig();
    SlurmConfig slurm = SlurmConfig.from(config.slurm());
    DiscoveryConfig discovery = DiscoveryConfig.from(config.discovery());
    LedgerConfig ledger = LedgerConfig.from(config.ledger());
    HealthConfig health = HealthConfig.from(config.health());
    config.problems().refuseIfAny();
    EarlierBoots earlier = new SharedDocuments(tools, ledger.directory(), isRoot());
    NodePublisher publisher =
        new NodePublisher(
            directory,
            root,
            slurm.controller(),
            slurm.controller().isPresent() && slurm.actOnNodes(),
            earlier,
            health.policy() == HealthPolicy.DRAIN,
            described -> refusal(described, slurm.controller().isPresent()),
            slurm.shardMebibytes());
    try {
      return RegistrationLock.alone(directory, FOR_THE_LOCK, () -> publish(publisher, discovery));
    } catch (AccessDeniedException e) {
      throw new Failure(ExitCode.INPUT_OUTPUT, MESSAGES.text("failure.needsRoot", e.getFile()));
    }
  }

  private Integer publish(NodePublisher publisher, DiscoveryConfig discovery) throws IOException {
    publisher.prepare();
    NodeDescription description = scans.apply(discovery).scan();
    say(
        publisher.publish(description, discovery.offerFrom(), SlurmdVersion.ask(tools)),
        description,
        discovery);
    return ExitCode.DONE;
  }

  /**
   * A proof that cannot be tried, or for which there is no room on the disk, keeps no node from its
   * GPUs; that there was none is said where there should be a slurmd.
   */
  private Optional<String> refusal(SlurmNode described, boolean hasSlurmd) {
    Verdict verdict;
    try {
      verdict = proof.apply(described);
    } catch (UncheckedIOException e) {
      verdict = new Verdict(Outcome.NOT_TRIED, Main.inputOutput(e));
    }
    if (verdict.outcome() == Outcome.NOT_TRIED && hasSlurmd) {
      PrintWriter err = requireNonNull(spec).commandLine().getErr();
      err.println("sobre: " + MESSAGES.text("publish.unproved", verdict.detail()));
    }
    return verdict.refusal();
  }

  private void say(Published published, NodeDescription description, DiscoveryConfig discovery) {
    CommandLine line = requireNonNull(spec).commandLine();
    line.getOut().println(summary(published));
    line.getOut().flush();
    UnofferedGpus.complain(description, discovery.offerFrom(), published.heldBack(), line.getErr());
    published
        .shortfall()
        .refused()
        .ifPresent(why -> line.getErr().println("sobre: " + MESSAGES.text("publish.refused", why)));
    for (MissingGpu gpu : published.shortfall().missing()) {
      line.getErr()
          .println("sobre: " + MESSAGES.text("publish.missing", gpu.inWords(), gpu.since()));
    }
    line.getErr().flush();
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
    return MESSAGES.text("publish.done", published.node(), gpus, directory);
  }
}
