package org.sobre.cli;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.sobre.hardware.config.SobreConfig;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

/** {@code sobre node}: what a node does at boot, as root, before slurmd starts. */
@Command(
    name = "node",
    description = "Tell Slurm what this node is made of; run as root at boot.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {NodeBootCommand.class, NodePublishCommand.class, NodeRegisterCommand.class},
    footerHeading = "%nExample, what the boot does before slurmd:%n",
    footer = "  sobre node boot")
final class NodeCommand {

  @ParentCommand private @Nullable SobreCommand sobre;

  SobreConfig loadConfig() throws IOException {
    return requireNonNull(sobre).loadConfig();
  }
}
