package org.sobre.cli;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.sobre.hardware.config.ConfigurationException;
import org.sobre.hardware.config.SobreConfig;
import org.sobre.hardware.json.JsonShapeException;
import org.sobre.hardware.message.Messages;
import org.sobre.hardware.probe.CommonsExecToolRunner;
import org.sobre.hardware.probe.SysRoot;
import org.sobre.hardware.probe.ToolRunner;
import org.sobre.slurm.command.Scontrol;
import org.sobre.slurm.health.HealthConfig;
import org.sobre.slurm.health.HealthPolicy;
import org.sobre.slurm.node.SlurmConfig;
import org.sobre.slurm.registration.CallBudget;
import org.sobre.slurm.registration.NodePublisher;
import org.sobre.slurm.registration.NodeRegistrar;
import org.sobre.slurm.registration.RegistrationLock;
import org.sobre.slurm.registration.RegistrationPolicy;
import org.sobre.slurm.registration.RegistrationSettler;
import org.sobre.slurm.registration.RegistrationSettler.Outcome;
import picocli.CommandLine;
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
      "With --after-slurmd it ends with 69, to be tried again."
    })
final class NodeRegisterCommand implements Callable<Integer> {

  private static final Messages MESSAGES = Messages.of(NodeRegisterCommand.class);
  private static final Duration FOR_THE_LOCK = Duration.ofSeconds(3);

  @Option(
      names = "--after-slurmd",
      description =
          "Set again what an admin had said and what went with a deleted record; compare once more.")
  private boolean afterSlurmd;

  @ParentCommand private @Nullable NodeCommand node;
  @Spec private @Nullable CommandSpec spec;

  private final ToolRunner tools;
  private final SysRoot root;
  private final Path directory;

  NodeRegisterCommand() {
    this(new CommonsExecToolRunner(), SysRoot.machine(), NodePublisher.DIRECTORY);
  }

  NodeRegisterCommand(ToolRunner tools, SysRoot root, Path directory) {
    this.tools = tools;
    this.root = root;
    this.directory = directory;
  }

  @Override
  public Integer call() throws IOException, ConfigurationException {
    SobreConfig config = requireNonNull(node).loadConfig();
    SlurmConfig slurm = SlurmConfig.from(config.slurm());
    HealthConfig health = HealthConfig.from(config.health());
    config.problems().refuseIfAny();
    CommandLine line = requireNonNull(spec).commandLine();
    Outcome outcome =
        slurm.controller().isEmpty()
            ? new Outcome(List.of(MESSAGES.text("register.station")), false)
            : outcome(
                new RegistrationPolicy(
                    slurm.controller().get(),
                    slurm.actOnNodes(),
                    health.policy() == HealthPolicy.DRAIN));
    outcome.said().forEach(line.getOut()::println);
    line.getOut().flush();
    return outcome.again() ? ExitCode.UNAVAILABLE : ExitCode.DONE;
  }

  private Outcome outcome(RegistrationPolicy policy) throws IOException {
    Scontrol scontrol = new Scontrol(tools, policy.controller());
    try {
      return RegistrationLock.alone(directory, FOR_THE_LOCK, () -> registered(policy, scontrol));
    } catch (NoSuchFileException e) {
      throw new Failure(ExitCode.UNAVAILABLE, e.getFile() + " " + e.getReason());
    } catch (AccessDeniedException e) {
      throw new Failure(ExitCode.INPUT_OUTPUT, MESSAGES.text("failure.needsRoot", e.getFile()));
    } catch (JsonShapeException e) {
      throw new Failure(
          ExitCode.BAD_DATA,
          MESSAGES.text(
              "register.badDocument",
              directory.resolve("node.json"),
              String.valueOf(e.getMessage())));
    }
  }

  private Outcome registered(RegistrationPolicy policy, Scontrol scontrol)
      throws IOException, JsonShapeException {
    return afterSlurmd
        ? new RegistrationSettler(directory, root, policy, scontrol)
            .settle(CallBudget.afterSlurmd())
        : new Outcome(
            new NodeRegistrar(directory, root, policy, scontrol)
                .register(CallBudget.beforeSlurmd()),
            false);
  }
}
