package org.sobre.cli;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

/** {@code sobre config}: what is configured, and whether it can be. */
@Command(
    name = "config",
    description = "Check the configuration; show what of it holds on a host.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {ConfigCheckCommand.class, ConfigShowCommand.class},
    footerHeading = "%nExample, before the file goes to all machines:%n",
    footer = "  sobre config check --config ./sobre.yaml")
final class ConfigCommand {

  @ParentCommand private @Nullable SobreCommand sobre;

  SobreCommand sobre() {
    return requireNonNull(sobre);
  }
}
