package org.sobre.cli;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.sobre.hardware.config.SobreConfig;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

/** {@code sobre profile}: what is known of models and their memory. */
@Command(
    name = "profile",
    description = "Show and measure the model profiles by which batches are sized.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      ProfileListCommand.class,
      ProfileShowCommand.class,
      ProfileCalibrateCommand.class,
      ProfileForgetCommand.class
    },
    footerHeading = "%nExample:%n",
    footer = "  sobre profile list && sobre profile show sd21-finetune")
final class ProfileCommand {

  @ParentCommand private @Nullable SobreCommand sobre;

  SobreConfig loadConfig() throws IOException {
    return requireNonNull(sobre).loadConfig();
  }
}
