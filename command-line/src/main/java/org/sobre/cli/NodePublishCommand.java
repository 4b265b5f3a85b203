package org.sobre.cli;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.sobre.hardware.config.ConfigurationException;
import org.sobre.hardware.message.Messages;
import org.sobre.hardware.probe.Deadline;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
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
  private static final int MOST_SECONDS = 600;

  @Option(
      names = "--within",
      paramLabel = "SECONDS",
      defaultValue = "20",
      description =
          "How long it may take: what is not known by then is left out; ${DEFAULT-VALUE} if not given.")
  private int within;

  @ParentCommand private @Nullable NodeCommand node;
  @Spec private @Nullable CommandSpec spec;

  private final ThisNode here;

  NodePublishCommand() {
    this(ThisNode.real());
  }

  NodePublishCommand(ThisNode here) {
    this.here = here;
  }

  @Override
  public Integer call() throws IOException, ConfigurationException {
    if (within < 1 || within > MOST_SECONDS) {
      throw new Failure(ExitCode.USAGE, MESSAGES.text("publish.within", MOST_SECONDS, within));
    }
    Deadline deadline = Deadline.in(Duration.ofSeconds(within));
    new Publishing(here, requireNonNull(node).loadConfig(), requireNonNull(spec).commandLine())
        .publish(deadline);
    return ExitCode.DONE;
  }
}
