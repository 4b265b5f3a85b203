package org.sobre.cli;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.sobre.hardware.config.ConfigurationException;
import org.sobre.hardware.config.SobreConfig;
import org.sobre.hardware.message.Messages;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code sobre config show}: sobre.yaml as one host reads it. */
@Command(
    name = "show",
    description = {
      "Show what sobre.yaml says for a host, overrides in place, and where each key is set.",
      "A key that is not shown has its default."
    },
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {"0:it is shown", "74:the file cannot be read", "78:it has a problem"},
    footerHeading = "%nExample:%n",
    footer = "  sobre config show --host r410-07")
final class ConfigShowCommand implements Callable<Integer> {

  private static final Messages MESSAGES = Messages.of(ConfigShowCommand.class);

  @Option(
      names = "--host",
      paramLabel = "NAME",
      description = "Host to show it for; by default this one.")
  private @Nullable String host;

  @ParentCommand private @Nullable ConfigCommand config;
  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() throws IOException, ConfigurationException {
    SobreConfig loaded = requireNonNull(config).sobre().loadConfig(Optional.ofNullable(host));
    loaded.problems().refuseIfAny();
    CommandLine line = requireNonNull(spec).commandLine();
    line.getOut().println("# " + MESSAGES.text("config.show.of", loaded.source(), loaded.host()));
    line.getOut().print(loaded.effectiveYaml());
    line.getOut().flush();
    return ExitCode.DONE;
  }
}
