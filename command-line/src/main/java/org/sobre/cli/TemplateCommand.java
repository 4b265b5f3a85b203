package org.sobre.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.sobre.hardware.config.Suggestion;
import org.sobre.hardware.message.Messages;
import org.sobre.jobs.template.BatchTemplate;
import org.sobre.jobs.template.TemplateCatalog;
import picocli.CommandLine.Command;

/** {@code sobre template}: the batch files that are shipped. */
@Command(
    name = "template",
    description = "Show the batch files that are shipped, and copy one to begin with.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {TemplateListCommand.class, TemplateShowCommand.class, TemplateNewCommand.class},
    footerHeading = "%nExample:%n",
    footer = "  sobre template list && sobre template new sd-infer --account lab1")
final class TemplateCommand {

  private static final Messages MESSAGES = Messages.of(TemplateCommand.class);

  static TemplateCatalog catalog() {
    return TemplateCatalog.standard(
        Path.of(System.getProperty("user.home", "/")), SobreCommand.shareDirectory());
  }

  /**
   * @throws Failure if there is none of that name
   */
  static BatchTemplate load(String name) throws IOException {
    TemplateCatalog catalog = catalog();
    Optional<Path> file = catalog.find(name);
    if (file.isEmpty()) {
      throw new Failure(ExitCode.USAGE, notFound(name, catalog));
    }
    return TemplateCatalog.read(file.get());
  }

  private static String notFound(String name, TemplateCatalog catalog) {
    String directories =
        catalog.directories().stream().map(Path::toString).collect(Collectors.joining(", "));
    List<String> known = new ArrayList<>();
    try {
      known.addAll(catalog.list().keySet());
    } catch (IOException e) {
      // the suggestion is a courtesy: a directory that cannot be listed must not hide the message
      known.clear();
    }
    return Suggestion.nearest(name, known)
        .map(near -> MESSAGES.text("template.unknown.nearest", name, directories, near))
        .orElseGet(() -> MESSAGES.text("template.unknown", name, directories));
  }
}
