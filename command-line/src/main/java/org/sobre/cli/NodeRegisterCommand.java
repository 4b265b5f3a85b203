package org.sobre.cli;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.sobre.hardware.config.ConfigurationException;
import org.sobre.hardware.probe.Deadline;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code sobre node register}: brings Slurm's record of this node in line. */
@Command(
    name = "register",
    description = {
      "Compare what this node published with Slurm's record of it, and bring the record in line.",
      "Run before slurmd starts, and with --after-slurmd once it has."
    },
    mixinStandardHelpOptions = true,
    footerHeading = "%nExample:%n",
    footer = {
      "  sobre node register",
      "",
      "A controller that does not answer is said and is no failure: slurmd must start.",
      "With --after-slurmd it ends with 69, to be tried again,",
      "and with 77 where Slurm refuses."
    })
final class NodeRegisterCommand implements Callable<Integer> {

  /** More than Slurm is asked for, and the lock waited for. */
  private static final Duration BEFORE_SLURMD = Duration.ofSeconds(10);

  @Option(
      names = "--after-slurmd",
      description =
          "Set again what an admin had said and what went with a deleted record; compare once more.")
  private boolean afterSlurmd;

  @ParentCommand private @Nullable NodeCommand node;
  @Spec private @Nullable CommandSpec spec;

  private final ThisNode here;

  NodeRegisterCommand() {
    this(ThisNode.real());
  }

  NodeRegisterCommand(ThisNode here) {
    this.here = here;
  }

  @Override
  public Integer call() throws IOException, ConfigurationException {
    Registering registering =
        new Registering(
            here, requireNonNull(node).loadConfig(), requireNonNull(spec).commandLine().getOut());
    return afterSlurmd
        ? registering.afterSlurmd()
        : registering.beforeSlurmd(Deadline.in(BEFORE_SLURMD));
  }
}
