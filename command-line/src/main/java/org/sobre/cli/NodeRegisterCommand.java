package org.sobre.cli;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
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
import org.sobre.slurm.node.SlurmConfig;
import org.sobre.slurm.registration.AdminStateRestorer;
import org.sobre.slurm.registration.CallBudget;
import org.sobre.slurm.registration.NodePublisher;
import org.sobre.slurm.registration.NodeRegistrar;
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
      "A controller that does not answer is said and is no failure: slurmd must start."
    })
final class NodeRegisterCommand implements Callable<Integer> {

  private static final Messages MESSAGES = Messages.of(NodeRegisterCommand.class);

  @Option(
      names = "--after-slurmd",
      description = "Set again the drain reason and comment that went with a deleted record.")
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
    config.problems().refuseIfAny();
    CommandLine line = requireNonNull(spec).commandLine();
    said(slurm).forEach(line.getOut()::println);
    line.getOut().flush();
    return ExitCode.DONE;
  }

  private List<String> said(SlurmConfig slurm) throws IOException {
    if (slurm.controller().isEmpty()) {
      return List.of(MESSAGES.text("register.station"));
    }
    String controller = slurm.controller().get();
    Scontrol scontrol = new Scontrol(tools, controller);
    CallBudget budget = CallBudget.start();
    try {
      return afterSlurmd
          ? new AdminStateRestorer(directory, scontrol).restore(budget)
          : new NodeRegistrar(directory, root, controller, slurm.actOnNodes(), scontrol)
              .register(budget);
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
}
