package org.sobre.cli;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.sobre.hardware.config.ConfigurationException;
import org.sobre.hardware.message.Messages;
import org.sobre.slurm.policy.LuaRenderer.Form;
import org.sobre.slurm.policy.PolicyTable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code sobre policy check}: whether the script in use is what would be written now. */
@Command(
    name = "check",
    description =
        "Check policy.yaml and the profiles, and whether the script in use is up to date.",
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {
      "0:the script is what would be written now",
      "65:a node's document cannot be used, or no node has a GPU",
      "74:something cannot be read",
      "78:policy.yaml or a profile has problems, or the script is missing, old or somebody else's"
    },
    footerHeading = "%nExample:%n",
    footer = "  sobre policy check || sobre policy compile --output /etc/slurm/job_submit.lua")
final class PolicyCheckCommand implements Callable<Integer> {

  private static final Messages MESSAGES = Messages.of(PolicyCheckCommand.class);

  @Parameters(
      arity = "0..1",
      paramLabel = "FILE",
      description = "The script in use; by default /etc/slurm/job_submit.lua.")
  private @Nullable Path file;

  @Mixin private PolicySources sources = new PolicySources();
  @ParentCommand private @Nullable PolicyCommand policy;
  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() throws IOException, ConfigurationException {
    PolicyTable table = sources.read(requireNonNull(policy).sobre()).table();
    Path installed = file == null ? PolicySources.INSTALLED : file;
    if (!Files.exists(installed)) {
      throw new Failure(ExitCode.BAD_CONFIGURATION, MESSAGES.text("policy.absent", installed));
    }
    if (!PolicyFile.isOurs(installed)) {
      throw new Failure(ExitCode.BAD_CONFIGURATION, MESSAGES.text("policy.others", installed));
    }
    String text = Files.readString(installed);
    if (Arrays.stream(Form.values()).noneMatch(f -> PolicyFile.text(table, f).equals(text))) {
      throw new Failure(ExitCode.BAD_CONFIGURATION, MESSAGES.text("policy.old", installed));
    }
    requireNonNull(spec).commandLine().getOut().println(MESSAGES.text("policy.current", installed));
    return ExitCode.DONE;
  }
}
