package org.sobre.cli;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.sobre.hardware.config.SobreConfig;
import org.sobre.hardware.message.Language;
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

  /** What was named with {@code --config}. */
  Optional<Path> configFile() {
    return Optional.ofNullable(config);
  }

  /**
   * Without reading it, since a pipe is read once.
   *
   * @throws IOException if a file was named that is not there, or not to be read
   */
  void requireConfigFile() throws IOException {
    if (config != null && !Files.isReadable(config)) {
      throw Files.exists(config)
          ? new AccessDeniedException(config.toString())
          : new NoSuchFileException(config.toString());
    }
  }

  /**
   * The configuration as it holds on this machine, split into sections, with the problems of all of
   * them: also of those that the caller does not use. The caller binds its own and then calls
   * {@code config.problems().refuseIfAny()}, so that all problems show at once.
   */
  SobreConfig loadConfig() throws IOException {
    return loadConfig(Optional.empty());
  }

  /**
   * As {@link #loadConfig()}.
   *
   * @param host to read it for, instead of this machine
   */
  SobreConfig loadConfig(Optional<String> host) throws IOException {
    SobreConfig loaded = SobreConfig.load(configFile(), hostOr(host));
    WholeConfig.of(loaded);
    return loaded;
  }

  /** The short name of a host that was named, or of this machine. */
  String hostOr(Optional<String> named) throws IOException {
    return named.isPresent() ? HostName.shortName(named.get()) : HostName.of(SysRoot.machine());
  }

  /** The language of sobre.yaml; absent where the environment's locale decides. */
  Optional<Language> languageOfSite() {
    return SobreConfig.languageOf(configFile());
  }

  /** From now on people are spoken to in the language configured, or in that of the locale. */
  void speak() {
    languageOfSite().ifPresent(Language::speak);
  }

  /**
   * Where the files shipped beside the jars are (profiles, factors, templates): {@code
   * /usr/share/sobre}, or what the launcher of a checkout says with {@code -Dsobre.share}.
   */
  static Path shareDirectory() {
    return Path.of(System.getProperty("sobre.share", "/usr/share/sobre"));
  }

  /** Every subcommand by its name, in the order of the help. */
  private static final Map<String, Class<?>> SUBCOMMANDS = new LinkedHashMap<>();

  static {
    SUBCOMMANDS.put("discover", DiscoverCommand.class);
    SUBCOMMANDS.put("doctor", DoctorCommand.class);
    SUBCOMMANDS.put("health", HealthCommand.class);
    SUBCOMMANDS.put("watch", WatchCommand.class);
    SUBCOMMANDS.put("fit", FitCommand.class);
    SUBCOMMANDS.put("gres", GresCommand.class);
    SUBCOMMANDS.put("node", NodeCommand.class);
    SUBCOMMANDS.put("run", RunCommand.class);
    SUBCOMMANDS.put("infer", InferCommand.class);
    SUBCOMMANDS.put("finetune", FinetuneCommand.class);
    SUBCOMMANDS.put("profile", ProfileCommand.class);
    SUBCOMMANDS.put("template", TemplateCommand.class);
    SUBCOMMANDS.put("policy", PolicyCommand.class);
    SUBCOMMANDS.put("job", JobCommand.class);
    SUBCOMMANDS.put("report", ReportCommand.class);
    SUBCOMMANDS.put("statement", StatementCommand.class);
    SUBCOMMANDS.put("estimate", EstimateCommand.class);
    SUBCOMMANDS.put("ledger", LedgerCommand.class);
    SUBCOMMANDS.put("config", ConfigCommand.class);
  }

  private static final Set<String> VERSION = Set.of("-V", "--version");

  /** The whole command. */
  static CommandLine commandLine() {
    CommandLine line = with(SUBCOMMANDS.values());
    line.addSubcommand(help());
    line.setHelpFactory(new TranslatedHelp());
    return line;
  }

  /**
   * As much of the command as these words need: picocli reads each subcommand's annotations, which
   * takes it longer than most of them work. The whole one if it is not plain which they need.
   */
  static CommandLine commandLineFor(String... words) {
    if (words.length == 1 && VERSION.contains(words[0])) {
      return with(List.of());
    }
    int first = 0;
    while (first < words.length && words[first].startsWith("--config")) {
      first += words[first].equals("--config") ? 2 : 1;
    }
    Class<?> one = first < words.length ? SUBCOMMANDS.get(words[first]) : null;
    return one == null ? commandLine() : with(List.of(one));
  }

  private static CommandLine with(Collection<Class<?>> subcommands) {
    CommandLine line = new CommandLine(new SobreCommand());
    // a word of a wrapped command may begin with @, and names no file of ours
    line.setExpandAtFiles(false);
    subcommands.forEach(line::addSubcommand);
    line.setHelpFactory(new TranslatedHelp());
    return line;
  }

  private static CommandLine help() {
    CommandLine help = new CommandLine(new CommandLine.HelpCommand());
    help.getCommandSpec()
        .usageMessage()
        // picocli's own, in English: it would stand in the list of commands
        .header(new String[0])
        .description("Print the help of a command, as its --help does.")
        .footerHeading("%nExample:%n")
        .footer("  sobre help report");
    return help;
  }
}
