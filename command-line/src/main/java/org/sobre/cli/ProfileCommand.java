package org.sobre.cli;

import picocli.CommandLine.Command;

/** {@code sobre profile}: what is known of models and their memory. */
@Command(
    name = "profile",
    description = "Show the model profiles by which batches are sized.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {ProfileListCommand.class, ProfileShowCommand.class},
    footerHeading = "%nExample:%n",
    footer = "  sobre profile list && sobre profile show sd21-finetune")
final class ProfileCommand {}
