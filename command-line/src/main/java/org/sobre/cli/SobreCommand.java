package org.sobre.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sobre.hardware.config.SobreConfig;
import org.sobre.hardware.node.HostName;
import org.sobre.hardware.probe.SysRoot;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The root of the command: global options and the list of subcommands. */
@Command(
    name = "sobre",
    description = "One accountable Slurm cluster out of unlike GPU machines.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    synopsisSubcommandLabel = "COMMAND",
    footerHeading = "%nExamples:%n",
    footer = {
      "  sobre discover",
      "  sobre finetune --profile sd21-finetune -- accelerate launch train.py \\",
      "      --train_batch_size={batch_size}",
      "  sobre report --by lab --month 2026-11"
    })
final class SobreCommand {

  @Option(
      names = "--config",
      paramLabel = "FILE",
      scope = ScopeType.INHERIT,
      description = "Configuration to read instead of /etc/sobre/sobre.yaml.")
  private @Nullable Path config;

  /**
   * The configuration, split into sections, with the problems of all of them: also of those that
   * the caller does not use. The caller binds its own and then calls {@code
   * config.problems().refuseIfAny()}, so that all problems show at once.
   */
  SobreConfig loadConfig() throws IOException {
    SobreConfig loaded =
        SobreConfig.load(Optional.ofNullable(config), HostName.of(SysRoot.machine()));
    WholeConfig.of(loaded);
    return loaded;
  }

  /** The file of {@code --config}, if it was given. */
  Optional<Path> namedConfig() {
    return Optional.ofNullable(config);
  }

  /**
   * Where the files shipped beside the jars are (profiles, factors, templates): {@code
   * /usr/share/sobre}, or what the launcher of a checkout says with {@code -Dsobre.share}.
   */
  static Path shareDirectory() {
    return Path.of(System.getProperty("sobre.share", "/usr/share/sobre"));
  }

  /** Every subcommand, in the order of the help. */
  private static final List<Class<?>> SUBCOMMANDS =
      List.of(
          DiscoverCommand.class,
          DoctorCommand.class,
          GresCommand.class,
          NodeCommand.class,
          RunCommand.class,
          InferCommand.class,
          FinetuneCommand.class,
          ProfileCommand.class,
          TemplateCommand.class,
          ReportCommand.class,
          LedgerCommand.class);

  static CommandLine commandLine() {
    CommandLine line = new CommandLine(new SobreCommand());
    // a word of a wrapped command may begin with @, and names no file of ours
    line.setExpandAtFiles(false);
    SUBCOMMANDS.forEach(line::addSubcommand);
    line.addSubcommand(help());
    return line;
  }

  private static CommandLine help() {
    CommandLine help = new CommandLine(new CommandLine.HelpCommand());
    help.getCommandSpec()
        .usageMessage()
        .description("Print the help of a command, as its --help does.")
        .footerHeading("%nExample:%n")
        .footer("  sobre help report");
    return help;
  }
}
