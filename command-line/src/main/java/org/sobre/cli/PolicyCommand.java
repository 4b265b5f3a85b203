package org.sobre.cli;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

/** {@code sobre policy}: what slurmctld does with a job when it is submitted. */
@Command(
    name = "policy",
    description = "Write the controller's job_submit.lua, check it, and try a job against it.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      PolicyCompileCommand.class,
      PolicyCheckCommand.class,
      PolicyExplainCommand.class
    },
    footerHeading = "%nExample:%n",
    footer = "  sobre policy explain train.sbatch")
final class PolicyCommand {

  @ParentCommand private @Nullable SobreCommand sobre;

  SobreCommand sobre() {
    return requireNonNull(sobre);
  }
}
