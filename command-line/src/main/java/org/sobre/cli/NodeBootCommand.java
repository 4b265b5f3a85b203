package org.sobre.cli;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.sobre.hardware.config.ConfigurationException;
import org.sobre.hardware.config.SobreConfig;
import org.sobre.hardware.probe.Deadline;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code sobre node boot}: publishes and registers, under one deadline: slurmd waits. */
@Command(
    name = "boot",
    description = {
      "What sobre-register.service runs: publish and then register, 27 s at most for both.",
      "What is not known or not answered by then is left out: slurmd must start."
    },
    mixinStandardHelpOptions = true,
    footerHeading = "%nExample:%n",
    footer = "  sobre node boot && cat /run/sobre/slurm/slurmd.env")
final class NodeBootCommand implements Callable<Integer> {

  /** The unit ends all of it after 29 s; a slow machine takes a second or two to start a JVM. */
  private static final Duration IN_ALL = Duration.ofSeconds(27);

  @ParentCommand private @Nullable NodeCommand node;
  @Spec private @Nullable CommandSpec spec;

  private final ThisNode here;

  NodeBootCommand() {
    this(ThisNode.real());
  }

  NodeBootCommand(ThisNode here) {
    this.here = here;
  }

  @Override
  public Integer call() throws IOException, ConfigurationException {
    Deadline deadline = Deadline.in(IN_ALL);
    CommandLine line = requireNonNull(spec).commandLine();
    SobreConfig config = requireNonNull(node).loadConfig();
    new Publishing(here, config, line).publish(deadline.earlierBy(Registering.FOR_SLURM));
    Registering registering = new Registering(here, config, line.getOut());
    // many machines may boot the nodes' image: one line in the journal of each is enough
    return registering.isOfStation() ? ExitCode.DONE : registering.beforeSlurmd(deadline);
  }
}
