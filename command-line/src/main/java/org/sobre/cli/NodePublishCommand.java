package org.sobre.cli;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.sobre.hardware.config.ConfigurationException;
import org.sobre.hardware.config.SobreConfig;
import org.sobre.hardware.message.Messages;
import org.sobre.hardware.node.DiscoveryConfig;
import org.sobre.hardware.node.NodeDescription;
import org.sobre.hardware.node.NodeScan;
import org.sobre.hardware.probe.CommonsExecToolRunner;
import org.sobre.hardware.probe.ToolRunner;
import org.sobre.slurm.command.SlurmdVersion;
import org.sobre.slurm.node.SlurmConfig;
import org.sobre.slurm.registration.NodePublisher;
import org.sobre.slurm.registration.NodePublisher.Published;
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

  private final Function<DiscoveryConfig, NodeScan> scans;
  private final ToolRunner tools;
  private final Path directory;

  NodePublishCommand() {
    this(NodeScan::ofThisMachine, new CommonsExecToolRunner(), NodePublisher.DIRECTORY);
  }

  NodePublishCommand(Function<DiscoveryConfig, NodeScan> scans, ToolRunner tools, Path directory) {
    this.scans = scans;
    this.tools = tools;
    this.directory = directory;
  }

  @Override
  public Integer call() throws IOException, ConfigurationException {
    SobreConfig config = requireNonNull(node).loadConfig();
    SlurmConfig slurm = SlurmConfig.from(config.slurm());
    DiscoveryConfig discovery = DiscoveryConfig.from(config.discovery());
    config.problems().refuseIfAny();
    NodeDescription description = scans.apply(discovery).scan();
    Published published;
    try {
      published =
          new NodePublisher(directory, slurm.controller())
              .publish(description, discovery.offerFrom(), SlurmdVersion.ask(tools));
    } catch (AccessDeniedException e) {
      throw new Failure(ExitCode.INPUT_OUTPUT, MESSAGES.text("failure.needsRoot", e.getFile()));
    }
    CommandLine line = requireNonNull(spec).commandLine();
    line.getOut().println(summary(published));
    line.getOut().flush();
    UnofferedGpus.complain(description, discovery.offerFrom(), published.heldBack(), line.getErr());
    return ExitCode.DONE;
  }

  private String summary(Published published) {
    Map<String, Integer> counts = published.node().gres().countByType();
    String gpus =
        counts.isEmpty()
            ? MESSAGES.text("publish.noGpu")
            : counts.entrySet().stream()
                .map(type -> "gpu:" + type.getKey() + ":" + type.getValue())
                .collect(Collectors.joining(", "));
    return MESSAGES.text("publish.done", published.node().node(), gpus, directory);
  }
}
